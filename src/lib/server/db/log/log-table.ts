import { and, eq, inArray, sql } from 'drizzle-orm';
import { entry, personalData, sequence, type EntryDoc } from './audit-schema';
import type { Queryable } from '../driver/client';
import { ONE_ROW } from '../driver/columns';
import { candidates, conditions, inBlock, type LogFilter } from './log-filter';

export type LogRow = { seq: number; doc: EntryDoc; personalData: Uint8Array | null };

/** A page of numbered entries, newest first, below `before`. */
export async function listEntries(
  tx: Queryable,
  filter: LogFilter,
  page: { before?: number | undefined; limit: number }
): Promise<LogRow[]> {
  const rows = await tx.execute<{ seq: number; doc: EntryDoc; pii: string | null }>(sql`
    ${candidates(filter, page.before)}
    select hit.seq::float8 as seq, e.doc, encode(p.doc, 'base64') as pii
    from (select f.seq, f.n from (select block from candidate order by block desc) candidate
      cross join ${inBlock(sql`candidate.block`, filter, page.before)}
      order by candidate.block desc, f.seq desc limit ${page.limit}) hit
    join audit.entry e on e.n = hit.n left join audit.pii p on p.n = hit.n
    order by hit.seq desc`);
  return [...rows].map(({ pii, ...row }) => ({ ...row, personalData: bytesOf(pii) }));
}

/**
 * Numbers of entries that a filter shows, smallest first: those above `after` and up to `upTo`, `limit` at most.
 * Each entry of the stretch is looked at: whoever goes through all of the log gains nothing by looking blocks up.
 */
export async function matchingNumbers(
  tx: Queryable,
  filter: LogFilter,
  { after, upTo, limit }: { after: number; upTo: number; limit: number }
): Promise<number[]> {
  const rows = await tx.execute<{ seq: number }>(sql`
    select f.seq::float8 as seq from audit.fact f
    where f.seq > ${after}::bigint and f.seq <= ${upTo}::bigint and ${conditions(filter)} order by f.seq limit ${limit}`);
  return [...rows].map(({ seq }) => seq);
}

function bytesOf(base64: string | null): Uint8Array | null {
  return base64 === null ? null : Buffer.from(base64, 'base64');
}

/**
 * The entries with these numbers, in their order. Personal data that are being erased are left out: it takes its
 * time until they are gone.
 */
export async function readNumbered(tx: Queryable, numbers: readonly number[]): Promise<LogRow[]> {
  if (numbers.length === 0) return [];
  const isGoing = sql`exists (select from audit.erasure going where going.ended_at is null
    and (going.person in (${entry.doc}->'actor'->>'id', ${entry.doc}->'target'->>'id')
      or (octet_length(${personalData.doc}) > 1
        and lower(convert_from(${personalData.doc}, 'UTF8')::jsonb->>'email') = any(going.emails))))`;
  return tx
    .select({
      seq: sequence.seq,
      doc: entry.doc,
      personalData:
        sql<Uint8Array | null>`case when ${isGoing} then null else ${personalData.doc} end`.mapWith(
          (bytes: Uint8Array) => bytes
        )
    })
    .from(sequence)
    .innerJoin(entry, eq(entry.n, sequence.n))
    .leftJoin(personalData, eq(personalData.n, sequence.n))
    .where(inArray(sequence.seq, [...numbers]))
    .orderBy(sequence.seq);
}

export type WholeRow = LogRow & {
  leaf: string;
  chain: string;
  signedAt: number | null;
  /** Names of the roles that its changes mention, by id. */
  roleNames: Record<string, string>;
  /** Names of the packages that its changes mention, by id. */
  packageNames: Record<string, string>;
  /** Present name of a target that the entry does not name; null if it is gone or has no name. */
  targetName: string | null;
};

/** Form of a record's id: of what was only attempted the log has what was sent. */
const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';

/** One entry by its number, with its place in chain and tree; null of one that is not there, or not any more. */
export async function readLogEntry(tx: Queryable, seq: number): Promise<WholeRow | null> {
  const [row] = await tx.execute<Omit<WholeRow, 'personalData'> & { pii: string | null }>(sql`
    select s.seq::float8 as seq, e.doc, encode(p.doc, 'base64') as pii, encode(e.leaf, 'hex') as leaf,
      encode(s.chain, 'hex') as chain,
      (select size::float8 from audit.checkpoint c where c.size >= s.seq order by c.size limit 1) as "signedAt",
      (select coalesce(jsonb_object_agg(r.id, r.name), '{}') from jsonb_array_elements(e.doc->'change') step
        join roles r on step->>'path' = 'roleId' and r.id in (step->>'old', step->>'new')) as "roleNames",
      (select coalesce(jsonb_object_agg(k.id, k.name), '{}') from jsonb_array_elements(e.doc->'change') step
        join packages k on step->>'path' = 'packageId' and k.id::text in (step->>'old', step->>'new')) as "packageNames",
      case when target.name is null then case target.type
        when 'administrator' then (select a.name from administrators a where a.id = target.uuid)
        when 'user' then (select u.name from users u where u.id = target.uuid)
        when 'package' then (select k.name from packages k where k.id = target.uuid)
        when 'application' then (select a.name from applications a where a.id = target.uuid)
        when 'key' then (select k.name from api_keys k where k.id = target.uuid)
        when 'role' then (select r.name from roles r where r.id = target.id)
        when 'user_role' then (select r.name from roles r where r.id = target.id)
      end end as "targetName"
    from audit.seq s join audit.entry e using (n) left join audit.pii p using (n)
    cross join lateral (select t.type, t.id, t.name, case when t.id ~ ${UUID} then t.id::uuid end as uuid
      from jsonb_to_record(e.doc->'target') as t(type text, id text, name text)) target
    where s.seq = ${seq}`);
  if (!row) return null;
  const { pii, ...rest } = row;
  return { ...rest, personalData: bytesOf(pii) };
}

/** True if an entry with this action says this of a change. */
export async function isInLog(
  tx: Queryable,
  action: string,
  change: { path: string; old: string | number }
): Promise<boolean> {
  const rows = await tx
    .select({ n: entry.n })
    .from(entry)
    .where(
      and(
        eq(sql`${entry.doc}->>'action'`, action),
        sql`${entry.doc}->'change' @> ${JSON.stringify([change])}::jsonb`
      )
    )
    .limit(ONE_ROW);
  return rows.length > 0;
}

/** True if this action happened within the last hours. */
export async function happenedWithin(tx: Queryable, action: string, hours: number): Promise<boolean> {
  const since = new Date(Date.now() - hours * 3_600_000).toISOString();
  const rows = await tx
    .select({ n: entry.n })
    .from(entry)
    .where(and(eq(sql`${entry.doc}->>'action'`, action), sql`${entry.doc}->>'at' > ${since}`))
    .limit(ONE_ROW);
  return rows.length > 0;
}
