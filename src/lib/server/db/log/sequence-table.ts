import { asc, desc, eq, sql } from 'drizzle-orm';
import { hexOf } from '../../../core/log/note';
import { entry, pending, personalData, sequence, type EntryDoc } from './audit-schema';
import { builtOnce, writtenOnce } from '../driver/built-once';
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
  const [row] = await locked(tx, { lock: SEQUENCER_LOCK });
  return row!.got;
}

const locked = writtenOnce<{ got: boolean }>(
  (slot) => sql`select pg_try_advisory_xact_lock(${slot('lock')}) as got`
);

/** The oldest committed entries that wait for their number, in the order of their tickets. */
export async function readPending(tx: Queryable, limit: number): Promise<PendingEntry[]> {
  return waiting(tx, { limit });
}

const waiting = builtOnce((db, slot) =>
  db
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
    .limit(slot('limit'))
);

/**
 * Takes entries out of the queue: state-based, so none can be missed. In a repeatable-read transaction it fails
 * with 40001 when another sequencer took one of them meanwhile.
 */
export async function takePending(tx: Queryable, tickets: readonly number[]): Promise<void> {
  if (tickets.length > 0) await taken(tx, { tickets: listed(tickets) });
}

const taken = writtenOnce(
  (slot) => sql`delete from audit.pending where n = any(${slot('tickets')}::bigint[])`
);

/** The end of the chain; null when nothing is numbered yet. */
export async function readHead(tx: Queryable): Promise<{ seq: number; chain: Uint8Array } | null> {
  const [row] = await last(tx);
  return row ?? null;
}

const last = builtOnce((db) =>
  db.select({ seq: sequence.seq, chain: sequence.chain }).from(sequence).orderBy(desc(sequence.seq)).limit(1)
);

/** Numbers entries. The primary key refuses a number given twice. */
export async function insertSequence(
  tx: Queryable,
  rows: readonly { seq: number; n: number; chain: Uint8Array }[]
): Promise<void> {
  if (rows.length === 0) return;
  await numbered(tx, {
    seq: listed(rows.map(({ seq }) => seq)),
    n: listed(rows.map(({ n }) => n)),
    chain: listed(rows.map(({ chain }) => hexOf(chain)))
  });
}

const numbered = writtenOnce(
  (slot) => sql`insert into audit.seq (seq, n, chain)
    select seq, n, decode(chain, 'hex') from unnest(
      ${slot('seq')}::bigint[], ${slot('n')}::bigint[], ${slot('chain')}::text[]) as given (seq, n, chain)`
);

export type SequencerLag = {
  /** Entries without a number, and for how many seconds the oldest has none. */
  waiting: number;
  seconds: number;
  /** Numbered entries that no checkpoint covers, and for how many seconds the oldest of them is not covered. */
  unsigned: number;
  unsignedSeconds: number;
};

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
