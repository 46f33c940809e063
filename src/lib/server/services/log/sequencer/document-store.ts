import * as Y from 'yjs';
import {
  capture,
  clockOf,
  loadUpdates,
  newServerDocument,
  sizeOf
} from '../../../../documents/server-writer';
import type { Queryable } from '../../../db/driver/client';
import {
  appendUpdates,
  deleteDocument,
  readDocument,
  readOutdated,
  writeSnapshot,
  type DocumentChange
} from '../../../db/tables/documents-table';

// So many updates after a full state before the next one is written: what a fresh reader has to load.
const UPDATES_PER_SNAPSHOT = 256;
/**
 * Limits of what is kept: as many documents as people may change at the same time, unless these are large (some 500
 * bytes a piece).
 */
const MOST_KEPT = { documents: 256, pieces: 400_000 };

/** Document that is kept, with the number of its updates since its last full state and its size when it was used. */
type Kept = { doc: Y.Doc; updates: number; pieces: number };

/**
 * The documents as their one writer holds them. In each transaction of the sequencer: `look`, then `open` and `write`
 * as often as needed, then `store`. A kept copy is used only when its clock is the stored one: another process may
 * have been the sequencer meanwhile.
 */
export class DocumentStore {
  readonly #kept = new Map<string, Kept>();
  #pieces = 0;
  #changes: DocumentChange[] = [];
  /** Documents whose full state is to be stored. */
  #full = new Map<string, Y.Doc>();

  /** Begins with what this transaction sees. Nothing is dropped while it is at work: what it opened is counted. */
  async look(tx: Queryable): Promise<void> {
    this.#trim();
    this.#changes = [];
    this.#full = new Map();
    const clocks = [...this.#kept].map(([name, { doc }]) => ({ name, clock: clockOf(doc) }));
    for (const name of await readOutdated(tx, clocks)) this.#drop(name);
  }

  /** Opens a document inside the sequencer's transaction; an empty one when there is none. */
  async open(tx: Queryable, name: string): Promise<Y.Doc> {
    const kept = this.#kept.get(name);
    if (kept) {
      this.#keep(name, kept);
      return kept.doc;
    }
    const whole = await readDocument(tx, name, 0);
    const doc = newServerDocument();
    if (whole) {
      const snapshot = whole.snapshot && whole.snapshot.length > 0 ? [whole.snapshot] : [];
      loadUpdates(doc, [...snapshot, ...whole.updates.map((update) => update.data)]);
      if (clockOf(doc) !== whole.clock) throw new Error(`document ${name} is damaged: rebuild it`);
    }
    this.#keep(name, { doc, updates: whole?.updates.length ?? 0 });
    return doc;
  }

  /** Writes into an opened document. */
  write(name: string, doc: Y.Doc, change: () => void): void {
    const before = clockOf(doc);
    const data = capture(doc, change);
    if (data === null) return;
    const clock = clockOf(doc);
    this.#changes.push({ name, before, clock, data });
    const kept = this.#kept.get(name);
    if (kept && ++kept.updates >= UPDATES_PER_SNAPSHOT) this.compact(name, doc);
  }

  /** Has the full state alone stored: what earlier updates say is gone. */
  compact(name: string, doc: Y.Doc): void {
    this.#full.set(name, doc);
    const kept = this.#kept.get(name);
    if (kept) kept.updates = 0;
  }

  /** Changes that were written, in their order. */
  get changes(): readonly DocumentChange[] {
    return this.#changes;
  }

  /** Stores what was written: each is one statement, in this order. */
  store(tx: Queryable): Promise<void>[] {
    return [
      appendUpdates(tx, this.#changes),
      ...[...this.#full].map(([name, doc]) =>
        writeSnapshot(tx, { name, clock: clockOf(doc), snapshot: Y.encodeStateAsUpdate(doc) })
      )
    ];
  }

  async remove(tx: Queryable, name: string): Promise<void> {
    this.#drop(name);
    await deleteDocument(tx, name);
  }

  /** A change of this document failed half-way: its copy is not to be trusted. */
  forget(name: string): void {
    this.#drop(name);
    this.#full.delete(name);
  }

  /** Forgets the copies: after a transaction that did not commit, they are ahead of the database. */
  forgetAll(): void {
    this.#kept.clear();
    this.#pieces = 0;
  }

  /** Keeps a document as the one that was used last. */
  #keep(name: string, { doc, updates }: Pick<Kept, 'doc' | 'updates'>): void {
    this.#drop(name);
    const pieces = sizeOf(doc);
    this.#kept.set(name, { doc, updates, pieces });
    this.#pieces += pieces;
  }

  /** Drops the documents beyond the limits that were not used for the longest time; the last one stays. */
  #trim(): void {
    for (const oldest of this.#kept.keys()) {
      const isWithin = this.#kept.size <= MOST_KEPT.documents && this.#pieces <= MOST_KEPT.pieces;
      if (isWithin || this.#kept.size === 1) return;
      this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    this.#pieces -= this.#kept.get(name)?.pieces ?? 0;
    this.#kept.delete(name);
  }
}
