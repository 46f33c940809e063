import * as Y from 'yjs';
import type { PlatformCell, SenderCell } from './cells';
import { gaugesMap, platformMap } from './list-docs';
import { capture } from './server-writer';

/** Writers of a document; a state vector of so many fits a frame of a reader. */
const WRITERS = 4000;
/**
 * Cells that share a writer leave something behind each time they are written; after so much of it a document
 * begins anew.
 */
const MOST_LEFT_BEHIND = 100_000;
/** Ids of writers are drawn above this, so that no document has one of another. */
const FIRST_WRITER = 2 ** 31;

/**
 * A document that moves all the time and that nobody keeps. Each cell has a writer of its own: what a writer wrote
 * before merges into one struct then, where cells that take turns under one writer would grow by each write, here
 * and in every browser.
 */
export class LiveDocument {
  readonly doc = new Y.Doc({ gc: true });
  /** The first writer: whoever has nothing of it knows another document. */
  readonly origin = FIRST_WRITER + Math.floor(Math.random() * (2 ** 31 - WRITERS - 1));
  readonly #writers = new Map<string, number>();
  readonly #written = new Map<string, string>();
  /** The cells that were written last: one that is the same object needs no look. */
  #shown: ReadonlyMap<string, SenderCell> = new Map();
  #leftBehind = 0;

  constructor() {
    this.doc.transact(() => {
      this.doc.clientID = this.origin;
      this.doc.getMap('meta').set('origin', this.origin);
    });
  }

  /** True if it has grown so much that another one is better. */
  get worn(): boolean {
    return this.#leftBehind > MOST_LEFT_BEHIND;
  }

  /** Writes what differs; the update that says so, or null. */
  write(cells: ReadonlyMap<string, SenderCell>, platform: PlatformCell): Uint8Array | null {
    return capture(this.doc, () => {
      const gauges = gaugesMap(this.doc);
      for (const [account, cell] of cells)
        if (this.#shown.get(account) !== cell)
          this.#put(account, JSON.stringify(cell), () => gauges.set(account, cell));
      for (const account of gauges.keys())
        if (!cells.has(account)) {
          gauges.delete(account);
          this.#written.delete(account);
        }
      this.#shown = new Map(cells);
      const map = platformMap(this.doc);
      for (const [key, value] of Object.entries(platform))
        this.#put(`platform ${key}`, JSON.stringify(value), () => map.set(key, value));
    });
  }

  #put(key: string, text: string, put: () => void): void {
    if (this.#written.get(key) === text) return;
    this.#written.set(key, text);
    let writer = this.#writers.get(key);
    if (writer === undefined) {
      writer = this.#writers.size + 1;
      this.#writers.set(key, writer);
    }
    if (writer > WRITERS) this.#leftBehind += 1;
    this.doc.clientID = this.origin + 1 + (writer % WRITERS);
    put();
  }
}
