import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { databaseName } from '../device/device-names';
import type { Change, OutboxRecord, Records, Step } from './record';
import type { Seal } from './seal';
import { StoreFull, StoreGone, StoreSealed, type OutboxStore } from './store';

interface Schema extends DBSchema {
  records: { key: number; value: Uint8Array };
}

/** Record as it was opened. `isOld`: its seal is of an older key than the newest. */
type Known = { sealed: Uint8Array; record: OutboxRecord; isOld: boolean };

type Database = IDBPDatabase<Schema>;

/** Names of errors after which nothing can be kept. */
const KEEPS_NOTHING: ReadonlySet<string> = new Set([
  ...['QuotaExceededError', 'UnknownError', 'SecurityError', 'AbortError', 'InvalidStateError']
]);

/** Keeps a person's changes in IndexedDB, each sealed, in order of their numbers. */
export class IndexedDbStore implements OutboxStore {
  readonly #name: string;
  readonly #askSeal: () => Seal | Promise<Seal>;
  #database: Promise<Database> | null = null;
  #gone = false;
  #unopened = false;
  /** Opened records by their bytes' content, so that a step does not open again what did not change. */
  #known = new Map<number, Known>();
  /** Seal that they were opened with. */
  #seal: Seal | null = null;

  /**
   * @param seal asked for at each step, as it may come later than the page, and newer keys later still: without it
   * nothing is read or kept
   */
  constructor(personId: string, seal: () => Seal | Promise<Seal>) {
    this.#name = databaseName({ kind: 'outbox', personId });
    this.#askSeal = seal;
  }

  get unopened(): boolean {
    return this.#unopened;
  }

  read(): Promise<Records> {
    return this.#work(async (database, seal) => {
      const transaction = database.transaction('records', 'readonly');
      const { records } = await this.#readAll(transaction.store, seal);
      await transaction.done;
      return records;
    });
  }

  update(step: Step): Promise<Records> {
    return this.#work(async (database, seal) => {
      // Relaxed: it outlives the browser, and does not wait for the disk at every tick.
      const transaction = database.transaction('records', 'readwrite', { durability: 'relaxed' });
      const { store } = transaction;
      const { records: before, taken } = await this.#readAll(store, seal);
      const after = behindTaken(before, step(before), taken);
      const kept = new Map(after.map((record) => [record.n, record]));
      const writes: Promise<unknown>[] = [];
      for (const { n } of before) if (!kept.has(n)) writes.push(store.delete(n));
      const old = new Map(before.map((record) => [record.n, record]));
      for (const record of after) {
        // What an older key closed is closed anew: it outlives that key.
        if (old.get(record.n) === record && !this.#known.get(record.n)?.isOld) continue;
        const sealed = seal.close(record);
        this.#known.set(record.n, { sealed, record, isOld: false });
        writes.push(store.put(sealed, record.n));
      }
      await Promise.all([...writes, transaction.done]);
      return after;
    });
  }

  close(): void {
    this.#gone = true;
    void this.#database?.then((database) => database.close()).catch(() => undefined);
    this.#database = null;
  }

  /** Reads what can be opened; `taken`: the numbers of what cannot. */
  async #readAll(
    store: { getAllKeys(): Promise<number[]>; getAll(): Promise<Uint8Array[]> },
    seal: Seal
  ): Promise<{ records: OutboxRecord[]; taken: number[] }> {
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
    if (this.#seal !== seal) this.#known.clear();
    this.#seal = seal;
    const known = new Map<number, Known>();
    const records: OutboxRecord[] = [];
    const taken: number[] = [];
    for (const [index, n] of keys.entries()) {
      const sealed = values[index]!;
      const before = this.#known.get(n);
      // Sealed under a key that this page has not heard of yet, or that is no more: it stays for when the key is here.
      const one = before && isSame(before.sealed, sealed) ? before : knownOf(sealed, seal);
      if (!one) {
        taken.push(n);
        continue;
      }
      known.set(n, one);
      records.push(one.record);
    }
    this.#known = known;
    this.#unopened = taken.length > 0;
    return { records, taken };
  }

  /** Does work in the database; once more over a new connection when the browser had closed the one there was. */
  async #work<T>(work: (database: Database, seal: Seal) => Promise<T>): Promise<T> {
    for (let isFirst = true; ; isFirst = false) {
      const opening = this.#open();
      const [database, seal] = await this.#ready(opening);
      try {
        return await work(database, seal);
      } catch (error) {
        this.#known.clear();
        if (!isFirst || this.#gone || nameOf(error) !== 'InvalidStateError') throw this.#explain(error);
        this.#lost(opening);
      }
    }
  }

  /** Both before a transaction begins: it ends while one waits for anything else. */
  async #ready(opening: Promise<Database>): Promise<[Database, Seal]> {
    const [database, seal] = await Promise.allSettled([opening, this.#sealed()]);
    if (this.#gone) throw new StoreGone('the outbox was closed');
    // A device that keeps nothing has nothing that is sealed.
    if (database.status === 'rejected') throw database.reason;
    if (seal.status === 'rejected')
      throw new StoreSealed('what is kept cannot be opened', { cause: seal.reason });
    return [database.value, seal.value];
  }

  async #sealed(): Promise<Seal> {
    return this.#askSeal();
  }

  #open(): Promise<Database> {
    if (this.#gone) return Promise.reject(new StoreGone('the outbox was closed'));
    if (this.#database) return this.#database;
    const opening: Promise<Database> = openDB<Schema>(this.#name, 1, {
      upgrade: (database) => void database.createObjectStore('records'),
      // Signing out takes the database away: whoever holds it open must let go.
      blocking: () => this.close(),
      terminated: () => this.#lost(opening)
    }).catch((error: unknown) => {
      this.#lost(opening);
      throw this.#explain(error);
    });
    return (this.#database = opening);
  }

  /** A connection is no more: the next step opens another, unless one did already. */
  #lost(connection: Promise<Database>): void {
    if (this.#database === connection) this.#database = null;
  }

  #explain(error: unknown): unknown {
    if (this.#gone) return new StoreGone('the outbox was taken off this device', { cause: error });
    // Private windows and blocked storage end the same way as a full disk: nothing can be kept.
    if (KEEPS_NOTHING.has(nameOf(error))) return new StoreFull('this device keeps nothing', { cause: error });
    return error;
  }
}

/** The name of the browser's error; "" of any other. */
function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : '';
}

/**
 * New records behind any that cannot be opened, whose numbers the step knew nothing of: they were made later, and must
 * not take their place.
 */
function behindTaken(before: Records, after: Records, taken: readonly number[]): Records {
  if (taken.length === 0) return after;
  const known = new Set(before.map(({ n }) => n));
  let last = Math.max(...taken, ...known, ...after.map(({ n }) => n));
  const numbered = after.map((record) => (known.has(record.n) ? record : { ...record, n: ++last }));
  return numbered.sort((a, b) => a.n - b.n);
}

/** Opens a record; null when it cannot be opened. */
function knownOf(sealed: Uint8Array, seal: Seal): Known | null {
  const opened = seal.open(sealed);
  return opened && { sealed, record: recordOf(opened.value as OutboxRecord), isOld: opened.isOld };
}

/** Record that was kept, also by earlier versions, which called a command a deed. */
function recordOf(record: OutboxRecord): OutboxRecord {
  if ((record.change.kind as string) !== 'deed') return record;
  return { ...record, change: { ...record.change, kind: 'command' } as Change };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
