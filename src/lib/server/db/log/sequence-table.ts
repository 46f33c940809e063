import { asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { hexOf } from '../../../core/log/note';
import { entry, pending, personalData, sequence, type EntryDoc } from './audit-schema';
import type { Queryable } from '../driver/client';
import { listed } from '../driver/listed';

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
  if (rows.length === 0) return;
  await tx.execute(sql`insert into audit.seq (seq, n, chain)
    select seq, n, decode(chain, 'hex') from unnest(
      ${listed(rows.map(({ seq }) => seq))}::bigint[], ${listed(rows.map(({ n }) => n))}::bigint[],
      ${listed(rows.map(({ chain }) => hexOf(chain)))}::text[]) as given (seq, n, chain)`);
}

export type SequencerLag = {
  /** Entries without a number, and for how many seconds the oldest has none. */
  waiting: number;
  seconds: number;
  /** Numbered entries that no checkpoint covers, and for how many seconds the oldest of them is not covered. */
  unsigned: number;
  unsignedSeconds: number;
};

/** How far numbering and signing are behind. */
export async function sequencerLag(tx: Queryable): Promise<SequencerLag> {
  const [row] = await tx.execute<SequencerLag>(sql`
    select waiting.count as waiting, waiting.seconds, (head.seq - t.size)::int as unsigned,
      coalesce((select extract(epoch from now() - (e.doc->>'at')::timestamptz)::float8
        from audit.seq s join audit.entry e using (n) where s.seq = t.size + 1), 0) as "unsignedSeconds"
    from audit.tree t, (select coalesce(max(seq), 0) as seq from audit.seq) head,
      (select count(*)::int as count,
        coalesce(extract(epoch from now() - min((e.doc->>'at')::timestamptz)), 0)::float8 as seconds
        from audit.pending p join audit.entry e using (n)) waiting`);
  return row!;
}
