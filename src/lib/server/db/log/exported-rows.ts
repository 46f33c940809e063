import { sql, type SQL } from 'drizzle-orm';
import type { EntryDoc } from './audit-schema';
import type { Queryable } from '../driver/client';
import { listed } from '../driver/listed';

/** Everything that is stored of a numbered entry. */
export type StoredEntry = {
  seq: number;
  chain: Uint8Array;
  leaf: Uint8Array;
  /** The bytes that were hashed; null: pruned. */
  body: Uint8Array | null;
  /** Null: erased, or pruned. */
  pii: { salt: Uint8Array; doc: Uint8Array } | null;
};

/** Entry as it is told to people and to other programs. */
export type ToldEntry = { seq: number; doc: EntryDoc; personalData: Uint8Array | null };

/** The entries with these numbers that are there, in order. */
export async function readTold(tx: Queryable, numbers: readonly number[]): Promise<ToldEntry[]> {
  if (numbers.length === 0) return [];
  const rows = await tx.execute<ToldEntry>(sql`
    select s.seq::float8 as seq, e.doc, p.doc as "personalData"
    from audit.seq s join audit.entry e using (n) left join audit.pii p using (n)
    where s.seq = any(${listed(numbers)}::bigint[]) order by s.seq`);
  return [...rows];
}

/** The entries above a number that are there, in order, `limit` at most, each with the number of its row. */
export async function readToldAfter(
  tx: Queryable,
  after: number,
  limit: number
): Promise<(ToldEntry & { n: number })[]> {
  const rows = await tx.execute<ToldEntry & { n: number }>(sql`
    select s.seq::float8 as seq, s.n::float8 as n, e.doc, p.doc as "personalData"
    from audit.seq s join audit.entry e using (n) left join audit.pii p using (n)
    where s.seq > ${after} order by s.seq limit ${limit}`);
  return [...rows];
}

/** The entries with these numbers that are there, in order, with all that proves them. */
export async function readStored(tx: Queryable, numbers: readonly number[]): Promise<StoredEntry[]> {
  return numbers.length === 0
    ? []
    : stored(tx, sql`s.seq = any(${listed(numbers)}::bigint[]) and e.n is not null`);
}

/** All entries above a number up to another one, the pruned ones as well. */
export async function readStoredRange(tx: Queryable, after: number, upTo: number): Promise<StoredEntry[]> {
  return stored(tx, sql`s.seq > ${after} and s.seq <= ${upTo}`);
}

/**
 * Up to which number entries are gone, as the entries up to `upTo` say themselves; 0 when they say nothing of the
 * kind.
 */
export async function prunedAsSaid(tx: Queryable, upTo: number): Promise<number> {
  const [row] = await tx.execute<{ pruned: number }>(sql`
    select coalesce(max((e.doc->'target'->>'id')::bigint), 0)::float8 as pruned
    from audit.entry e join audit.seq s using (n) where e.doc->>'action' = 'audit.prune' and s.seq <= ${upTo}`);
  return row!.pruned;
}

async function stored(tx: Queryable, where: SQL): Promise<StoredEntry[]> {
  const rows = await tx.execute<{
    seq: number;
    chain: Uint8Array;
    leaf: Uint8Array;
    body: Uint8Array | null;
    salt: Uint8Array | null;
    doc: Uint8Array;
  }>(sql`
    select s.seq::float8 as seq, s.chain, l.hash as leaf, e.body, p.salt, p.doc
    from audit.seq s join audit.node l on l.level = 0 and l.idx = s.seq - 1
      left join audit.entry e using (n) left join audit.pii p using (n)
    where ${where} order by s.seq`);
  return [...rows].map(({ salt, doc, ...entry }) => ({ ...entry, pii: salt && { salt, doc } }));
}
