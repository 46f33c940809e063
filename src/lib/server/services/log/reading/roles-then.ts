import type { Queryable } from '../../../db/driver/client';
import { presentRoles, roleSteps } from '../../../db/tables/roles-then-table';

export type RoleThen = { id: string; name: string };

/** Answers which role somebody had when an entry was written, and what roles are called. */
export type RolesThen = {
  of(person: string | null, seq: number): RoleThen | null;
  nameOf(role: string): string | null;
};

/** Roles of these people at earlier moments, as the log itself says; where it is silent, the role they have now. */
export async function rolesThen(tx: Queryable, people: Iterable<string>): Promise<RolesThen> {
  const ids = [...new Set(people)];
  const [steps, { ofPerson, names }] = await Promise.all([roleSteps(tx, ids), presentRoles(tx, ids)]);
  const nameOf = (role: string) => names.get(role) ?? null;
  return {
    nameOf,
    of(person, seq) {
      if (person === null) return null;
      const own = steps.filter((step) => step.person === person);
      // The entry that changes somebody's own role is still written under the old one.
      const before = own.findLast((step) => step.seq < seq);
      const role = before ? before.new : (own.find((step) => step.seq >= seq)?.old ?? ofPerson.get(person));
      return role ? { id: role, name: nameOf(role) ?? role } : null;
    }
  };
}
