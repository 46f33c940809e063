import type { OutboxRecord, Records, Step } from './record';
import { StoreFull, type OutboxStore } from './store';

/**
 * A store that goes on when the device has no room: what could not be written is kept by the page alone, over what the
 * device holds, and is written as soon as there is room again. Its page must say so.
 */
export class SpillingStore implements OutboxStore {
  readonly #store: OutboxStore;
  readonly #onspill: (spilled: boolean) => void;
  /** Differences from the device by number; null: gone. */
  #spilled = new Map<number, OutboxRecord | null>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: OutboxStore, onspill: (spilled: boolean) => void) {
    this.#store = store;
    this.#onspill = onspill;
  }

  async read(): Promise<Records> {
    return this.#over(await this.#deviceRecords());
  }

  update(step: Step): Promise<Records> {
    const run = this.#tail.then(() => this.#update(step));
    this.#tail = run.catch(() => undefined);
    return run;
  }

  close(): void {
    this.#store.close();
  }

  async #update(step: Step): Promise<Records> {
    const spilled = this.#spilled;
    try {
      const records = await this.#store.update((stored) => step(this.#over(stored)));
      if (spilled.size > 0) {
        this.#spilled = new Map();
        this.#onspill(false);
      }
      return records;
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
      const stored = await this.#deviceRecords();
      const after = step(this.#over(stored));
      this.#spilled = difference(stored, after);
      this.#onspill(this.#spilled.size > 0);
      return after;
    }
  }

  #over(stored: Records): Records {
    if (this.#spilled.size === 0) return stored;
    const numbers = new Map<number, OutboxRecord>(stored.map((record) => [record.n, record]));
    let last = Math.max(0, ...numbers.keys(), ...this.#spilled.keys());
    for (const [n, record] of this.#spilled) {
      const there = numbers.get(n);
      if (record === null) numbers.delete(n);
      // Another tab gave the same number to a change of its own meanwhile.
      else if (there && there.op !== record.op) numbers.set(++last, { ...record, n: last });
      else numbers.set(n, record);
    }
    return [...numbers.values()].sort((a, b) => a.n - b.n);
  }

  /** A device that keeps nothing at all has nothing to read either. */
  async #deviceRecords(): Promise<Records> {
    try {
      return await this.#store.read();
    } catch (error) {
      if (error instanceof StoreFull) return [];
      throw error;
    }
  }
}

function difference(stored: Records, after: Records): Map<number, OutboxRecord | null> {
  const kept = new Map(after.map((record) => [record.n, record]));
  const spilled = new Map<number, OutboxRecord | null>();
  for (const record of stored) if (!kept.has(record.n)) spilled.set(record.n, null);
  const old = new Map(stored.map((record) => [record.n, record]));
  for (const record of after) if (old.get(record.n) !== record) spilled.set(record.n, record);
  return spilled;
}
