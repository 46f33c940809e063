import * as Y from 'yjs';
import { capture, clockOf, loadUpdates, newServerDocument } from '../../../../documents/server-writer';
import type { Queryable } from '../../../db/driver/client';
import {
  appendUpdate,
  deleteDocument,
  readClock,
  readDocument,
  writeSnapshot,
  type DocumentChange
} from '../../../db/tables/documents-table';

// So many updates after a full state before the next one is written: what a fresh reader has to load.
const UPDATES_PER_SNAPSHOT = 256;
const DOCUMENTS_KEPT = 64;

/**
 * The documents as their one writer holds them. A kept copy is used only when its clock is the stored one: another process
 * may have been the sequencer meanwhile.
 */
export class DocumentStore {
  readonly #kept = new Map<string, { doc: Y.Doc; updates: number }>();
  #written: DocumentChange[] = [];

  /** Opens a document inside the sequencer's transaction; an empty one when there is none. */
  async open(tx: Queryable, name: string): Promise<Y.Doc> {
    const kept = this.#kept.get(name);
    if (kept && (await readClock(tx, name)) === clockOf(kept.doc)) {
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

  /** Writes into an opened document and stores what changed. */
  async write(tx: Queryable, name: string, doc: Y.Doc, change: () => void): Promise<void> {
    const before = clockOf(doc);
    const data = capture(doc, change);
    if (data === null) return;
    const clock = clockOf(doc);
    this.#written.push({ name, before, clock, data });
    await appendUpdate(tx, { name, clock, data });
    const kept = this.#kept.get(name);
    if (!kept || ++kept.updates < UPDATES_PER_SNAPSHOT) return;
    await writeSnapshot(tx, { name, clock, snapshot: Y.encodeStateAsUpdate(doc) });
    kept.updates = 0;
  }

  /** Stores the full state alone: what earlier updates say is gone. */
  async compact(tx: Queryable, name: string, doc: Y.Doc): Promise<void> {
    await writeSnapshot(tx, { name, clock: clockOf(doc), snapshot: Y.encodeStateAsUpdate(doc) });
    const kept = this.#kept.get(name);
    if (kept) kept.updates = 0;
  }

  async remove(tx: Queryable, name: string): Promise<void> {
    this.#kept.delete(name);
    await deleteDocument(tx, name);
  }

  /** What was written since this was asked last, in its order: once it is committed, it may be shown. */
  takeWritten(): DocumentChange[] {
    return this.#written.splice(0);
  }

  /** A change of this document failed half-way: its copy is not to be trusted. */
  forget(name: string): void {
    this.#kept.delete(name);
  }

  /** After a transaction that did not commit, the copies are ahead of the database: forget them. */
  forgetAll(): void {
    this.#kept.clear();
    this.#written = [];
  }

  #keep(name: string, entry: { doc: Y.Doc; updates: number }): void {
    this.#kept.delete(name);
    this.#kept.set(name, entry);
    if (this.#kept.size > DOCUMENTS_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
  }
}
