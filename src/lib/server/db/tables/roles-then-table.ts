import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

/** That somebody got another role: from entry `seq` on. */
export type RoleStep = { person: string; seq: number; old: string | null; new: string | null };

/** Every entry about these people that says which role they had and have, oldest first. */
export async function roleSteps(tx: Queryable, people: readonly string[]): Promise<RoleStep[]> {
  if (people.length === 0) return [];
  const rows = await tx.execute<RoleStep>(sql`
    select target as person, seq::float8 as seq, old_role as old, new_role as new from audit.fact
    where target in (select jsonb_array_elements_text(${JSON.stringify(people)}::text::jsonb))
      and (old_role is not null or new_role is not null)
    order by seq`);
  return [...rows];
}

/** The roles that these people have now, and what all roles are called, those that are gone included. */
export async function presentRoles(
  tx: Queryable,
  people: readonly string[]
): Promise<{ ofPerson: Map<string, string>; names: Map<string, string> }> {
  const [held, roles] = await Promise.all([
    people.length === 0
      ? []
      : tx.execute<{ id: string; role: string }>(sql`select id, role_id as role from administrators
          where id in (select jsonb_array_elements_text(${JSON.stringify(people)}::text::jsonb)::uuid)`),
    tx.execute<{ id: string; name: string }>(sql`select id, name from roles`)
  ]);
  return {
    ofPerson: new Map([...held].map(({ id, role }) => [id, role])),
    names: new Map([...roles].map(({ id, name }) => [id, name]))
  };
}
