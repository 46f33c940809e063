import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { quoted } from '../driver/listed';

/**
 * IP address of the last sign-in of each of these people, from the log. Of whoever is missing none is known: they
 * never signed in, the entry is older than what is kept, or its personal data were erased. The events that begin a
 * session are written out as in the index `entry_sign_in`: of parameters Postgres would not know that they are these,
 * and would walk through all that somebody did since.
 */
export async function readLastSignIns(tx: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.execute<{ id: string; ip: string | null }>(sql`
    select a.id, case when octet_length(p.doc) > 1 then convert_from(p.doc, 'UTF8')::jsonb->>'ip' end as ip
    from unnest(${quoted(ids)}::text[]) as a(id)
    cross join lateral (
      select e.n from audit.entry e
      where e.doc->'actor'->>'id' = a.id and e.doc->>'action' in ('auth.sign_in', 'auth.invitation_accepted', 'setup.owner')
      order by e.n desc limit 1
    ) last
    join audit.pii p using (n)`);
  return new Map([...rows].flatMap(({ id, ip }) => (ip === null ? [] : [[id, ip] as const])));
}
