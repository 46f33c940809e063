import { asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { entry, pending, personalData, sequence, type EntryDoc } from './audit-schema';
import type { Queryable } from './client';

const SEQUENCER_LOCK = 0x73657175;

export type PendingEntry = {
  n: number;
  touches: string[];
  leaf: Uint8Array;
  doc: EntryDoc;
  personalData: Uint8Array | null;
};

/** Becomes the sequencer until the transaction ends; false when another process is. */
export async function trySequencerLock(tx: Queryable): Promise<boolean> {
  const [row] = await tx.execute<{ got: boolean }>(
    sql`select pg_try_advisory_xact_lock(${SEQUENCER_LOCK}) as got`
  );
  return row!.got;
}

/** The oldest committed entries that wait for their number, in the order of their tickets. */
export async function readPending(tx: Queryable, limit: number): Promise<PendingEntry[]> {
  return tx
    .select({
      n: pending.n,
      touches: pending.touches,
      leaf: entry.leaf,
      doc: entry.doc,
      personalData: personalData.doc
    })
    .from(pending)
    .innerJoin(entry, eq(entry.n, pending.n))
    .leftJoin(personalData, eq(personalData.n, pending.n))
    .orderBy(asc(pending.n))
    .limit(limit);
}

/**
 * Takes entries out of the queue: state-based, so none can be missed. In a repeatable-read transaction it fails with 40001
 * when another sequencer took one of them meanwhile.
 */
export async function takePending(tx: Queryable, tickets: readonly number[]): Promise<void> {
  if (tickets.length > 0) await tx.delete(pending).where(inArray(pending.n, [...tickets]));
}

/** The end of the chain; null when nothing is numbered yet. */
export async function readHead(tx: Queryable): Promise<{ seq: number; chain: Uint8Array } | null> {
  const [row] = await tx
    .select({ seq: sequence.seq, chain: sequence.chain })
    .from(sequence)
    .orderBy(desc(sequence.seq))
    .limit(1);
  return row ?? null;
}

/** Numbers entries. The primary key refuses a number given twice. */
export async function insertSequence(
  tx: Queryable,
  rows: readonly { seq: number; n: number; chain: Uint8Array }[]
): Promise<void> {
  for (let at = 0; at < rows.length; at += 1000) await tx.insert(sequence).values(rows.slice(at, at + 1000));
}

/** How many entries wait for their number, and for how many seconds the oldest has. */
export async function sequencerLag(tx: Queryable): Promise<{ waiting: number; seconds: number }> {
  const [row] = await tx.execute<{ waiting: number; seconds: number }>(sql`
    select count(*)::int as waiting,
      coalesce(extract(epoch from now() - min((e.doc->>'at')::timestamptz)), 0)::float8 as seconds
    from audit.pending p join audit.entry e using (n)`);
  return row!;
}
