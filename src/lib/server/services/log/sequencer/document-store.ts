import * as Y from 'yjs';
import { capture, clockOf, loadUpdates, newServerDocument } from '../../../../documents/server-writer';
import type { Queryable } from '../../../db/driver/client';
import { pipelined } from '../../../db/driver/pipelined';
import {
  appendUpdates,
  deleteDocument,
  readClocks,
  readDocument,
  writeSnapshot,
  type DocumentChange
} from '../../../db/tables/documents-table';

// So many updates after a full state before the next one is written: what a fresh reader has to load.
const UPDATES_PER_SNAPSHOT = 256;
const DOCUMENTS_KEPT = 64;

/**
 * The documents as their one writer holds them. In each transaction of the sequencer: `look`, then `open` and `write`
 * as often as needed, then `store`. A kept copy is used only when its clock is the stored one: another process may
 * have been the sequencer meanwhile.
 */
export class DocumentStore {
  readonly #kept = new Map<string, { doc: Y.Doc; updates: number }>();
  /** The stored clocks of those that are kept, as this transaction sees them. */
  #clocks = new Map<string, number>();
  #changes: DocumentChange[] = [];
  /** Documents whose full state is to be stored. */
  #full = new Map<string, Y.Doc>();

  /** Begins with what this transaction sees. */
  async look(tx: Queryable): Promise<void> {
    this.#changes = [];
    this.#full = new Map();
    this.#clocks = await readClocks(tx, [...this.#kept.keys()]);
  }

  /** Opens a document inside the sequencer's transaction; an empty one when there is none. */
  async open(tx: Queryable, name: string): Promise<Y.Doc> {
    const kept = this.#kept.get(name);
    if (kept && this.#clocks.get(name) === clockOf(kept.doc)) {
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
    this.#clocks.set(name, clock);
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

  /** Stores what was written. @returns the changes, in their order */
  async store(tx: Queryable): Promise<DocumentChange[]> {
    const changes = this.#changes;
    await pipelined([
      appendUpdates(tx, changes),
      ...[...this.#full].map(([name, doc]) =>
        writeSnapshot(tx, { name, clock: clockOf(doc), snapshot: Y.encodeStateAsUpdate(doc) })
      )
    ]);
    return changes;
  }

  async remove(tx: Queryable, name: string): Promise<void> {
    this.#kept.delete(name);
    await deleteDocument(tx, name);
  }

  /** A change of this document failed half-way: its copy is not to be trusted. */
  forget(name: string): void {
    this.#kept.delete(name);
    this.#full.delete(name);
  }

  /** Forgets the copies: after a transaction that did not commit, they are ahead of the database. */
  forgetAll(): void {
    this.#kept.clear();
  }

  #keep(name: string, entry: { doc: Y.Doc; updates: number }): void {
    this.#kept.delete(name);
    this.#kept.set(name, entry);
    if (this.#kept.size > DOCUMENTS_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
  }
}
