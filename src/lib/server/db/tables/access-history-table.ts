import { sql, type SQL } from 'drizzle-orm';
import type { SubjectKind } from '../../../core/access/decisions/view';
import type { Queryable } from '../driver/client';
import type { EntryDoc } from '../log/audit-schema';

/** An entry that may have changed what somebody can do; `seq`: its number, null: it has none yet. */
export type AccessEntryRow = {
  /** Ticket: later entries of one record have greater ones. */
  n: number;
  seq: number | null;
  doc: EntryDoc;
  personalData: Uint8Array | null;
};

/** The time since when: a moment as ISO 8601, or a log number that is not counted itself. */
export type HistorySince = string | number;

/** The role that somebody has, or had last. `packageId`: what a user has it by; null of all others. */
export type Holding = { roleId: string; owner: boolean; packageId: string | null };

/** Null: there is nobody with this id. */
export async function presentHolding(tx: Queryable, kind: SubjectKind, id: string): Promise<Holding | null> {
  const [row] = await tx.execute<Holding>(sql`${HOLDINGS[kind]} where s.id = ${id}::uuid`);
  return row ?? null;
}

const HOLDINGS: Record<SubjectKind, SQL> = {
  administrator: sql`select s.role_id as "roleId", s.owner, null as "packageId" from administrators s`,
  application: sql`select s.role_id as "roleId", false as owner, null as "packageId" from applications s`,
  user: sql`select p.role_id as "roleId", false as owner, p.id as "packageId" from users s join packages p on p.id = s.package_id`
};

/** Role that each of these packages gives, deleted ones among them; null: the package does not exist any more. */
export async function packageRoles(
  tx: Queryable,
  ids: readonly string[]
): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.execute<{ id: string; roleId: string }>(
    sql`select id::text, role_id as "roleId" from packages where id::text in ${ids}`
  );
  const known = new Map([...rows].map(({ id, roleId }) => [id, roleId]));
  return new Map(ids.map((id) => [id, known.get(id) ?? null]));
}

/**
 * Entries that succeeded and are about one of `targets` (ids of people, applications or roles), or about the
 * ownership: newest first, below the ticket `before`. Those without a number are among them.
 */
export async function accessEntries(
  tx: Queryable,
  targets: readonly string[],
  { since, before, limit }: { since: HistorySince; before: number | null; limit: number }
): Promise<AccessEntryRow[]> {
  const from =
    typeof since === 'number'
      ? sql`(s.seq is null or s.seq > ${since}::bigint)`
      : sql`(e.doc->>'at')::timestamptz >= ${since}::timestamptz`;
  const below = before === null ? sql`` : sql`and e.n < ${before}::bigint`;
  const rows = await tx.execute<Omit<AccessEntryRow, 'personalData'> & { pii: string | null }>(sql`
    select e.n::float8 as n, s.seq::float8 as seq, e.doc, encode(p.doc, 'base64') as pii
    from audit.entry e left join audit.seq s using (n) left join audit.pii p using (n)
    where (e.doc->'target'->>'id' in ${targets}
        or e.doc->>'action' = 'ownership.transferred')
      and e.doc->>'outcome' = 'success' and ${from} ${below}
    order by e.n desc limit ${limit}`);
  return [...rows].map(({ pii, ...row }) => ({
    ...row,
    personalData: pii === null ? null : Buffer.from(pii, 'base64')
  }));
}
