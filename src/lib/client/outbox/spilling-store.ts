import type { OutboxRecord, Records, Step } from './record';
import { nextNumber } from './steps/record-list';
import { StoreFull, StoreSealed, type OutboxStore } from './store';

/**
 * A store that goes on when the device has no room: what could not be written is kept by the page alone, over what the
 * device holds, and is written as soon as there is room again. It goes on as well while what the device holds, or some
 * of it, cannot be read. Its page must say both.
 */
export class SpillingStore implements OutboxStore {
  readonly #store: OutboxStore;
  readonly #onspill: (spilled: boolean) => void;
  readonly #onunread: (unread: boolean) => void;
  readonly #onunopened: (unopened: boolean) => void;
  /** Differences from the device by number; null: gone. */
  #spilled = new Map<number, OutboxRecord | null>();
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * @param onunread told whether something may be on the device that cannot be read at this moment
   * @param onunopened told whether something of what was read is sealed with a key that is not known here
   */
  constructor(
    store: OutboxStore,
    onspill: (spilled: boolean) => void,
    onunread: (unread: boolean) => void = () => undefined,
    onunopened: (unopened: boolean) => void = () => undefined
  ) {
    this.#store = store;
    this.#onspill = onspill;
    this.#onunread = onunread;
    this.#onunopened = onunopened;
  }

  async read(): Promise<Records> {
    return this.#over((await this.#deviceRecords()) ?? []);
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
      this.#tellRead();
      if (spilled.size > 0) {
        this.#spilled = new Map();
        this.#onspill(false);
      }
      return records;
    } catch (error) {
      if (!(error instanceof StoreFull || error instanceof StoreSealed)) throw error;
      const stored = await this.#deviceRecords();
      const before = this.#over(stored ?? []);
      const after = stored === null ? behindAll(before, step(before)) : step(before);
      this.#spilled = difference(stored ?? [], after);
      this.#onspill(this.#spilled.size > 0);
      return after;
    }
  }

  /** The device was read: all of it, or what of it could be opened. */
  #tellRead(): void {
    this.#onunread(false);
    this.#onunopened(this.#store.unopened ?? false);
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

  /** Null: they cannot be read. A device that keeps nothing at all has nothing to read either, and none that waits. */
  async #deviceRecords(): Promise<Records | null> {
    try {
      const records = await this.#store.read();
      this.#tellRead();
      return records;
    } catch (error) {
      if (!(error instanceof StoreFull || error instanceof StoreSealed)) throw error;
      this.#onunread(error instanceof StoreSealed);
      return null;
    }
  }
}

/**
 * New records with numbers behind any that the device may hold, which cannot be read: by their time, so that what was
 * made later is sent later.
 */
function behindAll(before: Records, after: Records): Records {
  const known = new Set(before.map(({ n }) => n));
  return after.reduce<Records>((done, record) => {
    const n = known.has(record.n) ? record.n : Math.max(nextNumber([...before, ...done]), record.at);
    return [...done, n === record.n ? record : { ...record, n }];
  }, []);
}

function difference(stored: Records, after: Records): Map<number, OutboxRecord | null> {
  const kept = new Map(after.map((record) => [record.n, record]));
  const spilled = new Map<number, OutboxRecord | null>();
  for (const record of stored) if (!kept.has(record.n)) spilled.set(record.n, null);
  const old = new Map(stored.map((record) => [record.n, record]));
  for (const record of after) if (old.get(record.n) !== record) spilled.set(record.n, record);
  return spilled;
}
