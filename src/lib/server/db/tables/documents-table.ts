import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { builtOnce, writtenOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { listed } from '../driver/listed';
import { CHANNEL } from '../driver/notify';
import { documents, documentUpdates } from '../schema/documents';

export type StoredDocument = {
  clock: number;
  /** Full state at `snapshotClock`; left out when the reader already has it. */
  snapshot: Uint8Array | null;
  snapshotClock: number;
  /** Updates above the snapshot (or above what the reader has), in order. */
  updates: { clock: number; data: Uint8Array }[];
};

/** A change of a document, which follows what it was at the clock `before`. */
export type DocumentChange = { name: string; before: number; clock: number; data: Uint8Array };

/**
 * A document from a clock on; null when there is none. One statement, so that the full state and the updates above it
 * are of the same moment even while a new full state is written.
 */
export async function readDocument(
  tx: Queryable,
  name: string,
  have: number
): Promise<StoredDocument | null> {
  const rows = await stored(tx, { name, have });
  const first = rows[0];
  if (!first) return null;
  return {
    clock: first.clock,
    snapshot: first.snapshot,
    snapshotClock: first.snapshotClock,
    updates: rows.map((row) => row.update).filter((update) => update !== null)
  };
}

const stored = builtOnce((db, slot) =>
  db
    .select({
      clock: documents.clock,
      snapshotClock: documents.snapshotClock,
      snapshot: sql<Uint8Array | null>`case when ${documents.snapshotClock} > ${slot('have')}
        and row_number() over (order by ${documentUpdates.clock}) = 1 then ${documents.snapshot} end`,
      update: { clock: documentUpdates.clock, data: documentUpdates.data }
    })
    .from(documents)
    .leftJoin(
      documentUpdates,
      and(
        eq(documentUpdates.name, documents.name),
        gt(documentUpdates.clock, sql`greatest(${slot('have')}, ${documents.snapshotClock})`)
      )
    )
    .where(eq(documents.name, slot('name')))
    .orderBy(asc(documentUpdates.clock))
);

/** The clock of a document; null when there is none. */
export async function readClock(tx: Queryable, name: string): Promise<number | null> {
  const [row] = await clockOf(tx, { name });
  return row ? Number(row.clock) : null;
}

const clockOf = writtenOnce<{ clock: string }>(
  (slot) => sql`select clock from documents where name = ${slot('name')}`
);

/** The clocks of the documents among these that there are: what a reader compares to see that it missed something. */
export async function readClocks(tx: Queryable, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const rows = await clocksOf(tx, { names: listed(names) });
  return new Map(rows.map((row) => [row.name, row.clock]));
}

const clocksOf = builtOnce((db, slot) =>
  db
    .select({ name: documents.name, clock: documents.clock })
    .from(documents)
    .where(sql`${documents.name} = any(${slot('names')}::text[])`)
);

/** Names of the documents among these that are stored with another clock, or not at all. */
export async function readOutdated(
  tx: Queryable,
  known: readonly { name: string; clock: number }[]
): Promise<string[]> {
  if (known.length === 0) return [];
  const rows = await outdated(tx, {
    names: listed(known.map(({ name }) => name)),
    clocks: listed(known.map(({ clock }) => clock))
  });
  return rows.map(({ name }) => name);
}

const outdated = writtenOnce<{ name: string }>(
  (slot) => sql`
    select given.name from unnest(${slot('names')}::text[], ${slot('clocks')}::bigint[]) as given (name, clock)
      left join documents using (name) where documents.clock is distinct from given.clock`
);

/** Stores updates, in one statement, and announces each with its clock when the transaction commits. */
export async function appendUpdates(tx: Queryable, changes: readonly DocumentChange[]): Promise<void> {
  if (changes.length === 0) return;
  await appended(tx, {
    names: listed(changes.map(({ name }) => name)),
    clocks: listed(changes.map(({ clock }) => clock)),
    data: listed(changes.map(({ data }) => Buffer.from(data).toString('hex'))),
    channel: CHANNEL.documents
  });
}

const appended = writtenOnce(
  (slot) => sql`
    with given as materialized (
      select name, clock, data from unnest(
        ${slot('names')}::text[], ${slot('clocks')}::bigint[], ${slot('data')}::text[]) as given (name, clock, data)
    ), added as (
      insert into document_updates (name, clock, data) select name, clock, decode(data, 'hex') from given
    )
    insert into documents (name, clock, snapshot, snapshot_clock)
    select name, max(clock), '', 0 from given group by name
    on conflict (name) do update set clock = excluded.clock
    returning pg_notify(${slot('channel')}, name || ' ' || clock)`
);

/** Folds everything up to `clock` into one full state, in one statement. */
export async function writeSnapshot(
  tx: Queryable,
  { name, clock, snapshot }: { name: string; clock: number; snapshot: Uint8Array }
): Promise<void> {
  await folded(tx, { name, clock, snapshot: Buffer.from(snapshot).toString('base64') });
}

const folded = writtenOnce(
  (slot) => sql`
    with cut as (
      delete from document_updates where name = ${slot('name')} and clock <= ${slot('clock')}::bigint
    )
    update documents set snapshot = decode(${slot('snapshot')}, 'base64'), snapshot_clock = ${slot('clock')}::bigint
    where name = ${slot('name')}`
);

/** Takes a document away: its subject is gone. */
export async function deleteDocument(tx: Queryable, name: string): Promise<void> {
  await tx.delete(documentUpdates).where(eq(documentUpdates.name, name));
  await tx.delete(documents).where(eq(documents.name, name));
  await tx.execute(sql`select pg_notify(${CHANNEL.documents}, ${name})`);
}
