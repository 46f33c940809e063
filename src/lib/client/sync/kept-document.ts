import { IndexeddbPersistence, storeState } from 'y-indexeddb';
import type * as Y from 'yjs';

const CONTACT = 'contact';
/** Interval at which a document notes that it was in step, in milliseconds. */
const NOTE_MS = 30_000;

/**
 * A document in IndexedDB. When another tab deletes the database, this one stops writing; the library alone would
 * throw out of whatever changes the document.
 */
export class KeptDocument {
  readonly name: string;
  readonly #store: IndexeddbPersistence;
  #gone = false;
  #notedAt = 0;

  constructor(name: string, doc: Y.Doc) {
    this.name = name;
    this.#store = new IndexeddbPersistence(name, doc);
    const write = this.#store._storeUpdate;
    const guarded: typeof write = (update, origin) => {
      if (this.#gone) return;
      try {
        write(update, origin);
      } catch {
        this.#gone = true;
      }
    };
    doc.off('update', write);
    doc.on('update', guarded);
    // The library takes off what it finds here when it ends.
    this.#store._storeUpdate = guarded;
  }

  /**
   * Resolves when what the device holds is in the document, with when the server was last heard of; null: it holds
   * nothing, or lets nobody at it.
   */
  async loaded(): Promise<number | null> {
    const opens = await this.#store._db.then(
      () => true,
      () => false
    );
    if (!opens) return null;
    await this.#store.whenSynced;
    const contact: unknown = await this.#store.get(CONTACT).catch(() => null);
    return typeof contact === 'number' ? contact : null;
  }

  /** Notes that the document was in step at this moment. */
  note(at: number, atOnce = false): void {
    if (this.#gone || (!atOnce && at - this.#notedAt < NOTE_MS)) return;
    this.#notedAt = at;
    void this.#store.set(CONTACT, at).catch(() => undefined);
  }

  /** Every page load leaves a full state behind; one is enough. */
  async compact(): Promise<void> {
    try {
      await this.#store.whenSynced;
      if (!this.#gone) await storeState(this.#store, true);
    } catch {
      // Another tab is deleting it.
    }
  }

  close(): void {
    this.#gone = true;
    void this.#store.destroy();
  }
}
