import { asc, desc, inArray, sql } from 'drizzle-orm';
import { entry, pending, personalData, sequence, type EntryDoc } from './audit-schema';
import type { Queryable } from './client';

const SEQUENCER_LOCK = 0x73657175;

export type PendingEntry = { n: number; touches: string[] };
export type SequencedEntry = {
  n: number;
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

/** Whether any committed entry waits for its number. */
export async function isPending(tx: Queryable): Promise<boolean> {
  const rows = await tx.select({ n: pending.n }).from(pending).limit(1);
  return rows.length > 0;
}

/** Takes committed entries out of the queue, in the order of their tickets: state-based, so none can be missed. */
export async function takePending(tx: Queryable, limit: number): Promise<PendingEntry[]> {
  const oldest = tx.select({ n: pending.n }).from(pending).orderBy(asc(pending.n)).limit(limit);
  const rows = await tx
    .delete(pending)
    .where(inArray(pending.n, oldest))
    .returning({ n: pending.n, touches: pending.touches });
  return rows.sort((a, b) => a.n - b.n);
}

/** The entries behind these tickets, in order. */
export async function readEntries(tx: Queryable, tickets: readonly number[]): Promise<SequencedEntry[]> {
  return tx
    .select({ n: entry.n, leaf: entry.leaf, doc: entry.doc, personalData: personalData.doc })
    .from(entry)
    .leftJoin(personalData, sql`${personalData.n} = ${entry.n}`)
    .where(inArray(entry.n, [...tickets]))
    .orderBy(asc(entry.n));
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
