import { isPending, type Records, type Step } from './record';
import type { Clock } from './sender';
import { StoreGone, type OutboxStore } from './store';

/** Tells the other tabs of this person, and the service worker, that something changed. */
export type Channel = { announce(): void; onheard(call: () => void): () => void };

export type RecordPorts = {
  store: OutboxStore;
  channel: Channel;
  clock: Clock;
  /** Another tab, or the service worker, changed what is kept. */
  onheard(): void;
};

/** Time between two attempts to find room on a device without any, or to read what it holds, in milliseconds. */
const ROOM_RETRY_MS = 10_000;

/** The records as they are stored and, over them, what is being written at this moment. */
export class OptimisticRecords {
  /** Shown at once, also before it is on the device. */
  shown = $state.raw<Records>([]);
  /** True after the first write or read that succeeded; until one does, it is tried again by itself. */
  loaded = $state(false);
  /** Some of what is on the device is sealed with a key that is not known here. */
  unopened = $state(false);
  #volatile = $state(false);
  #unread = $state(false);
  #looking = false;

  readonly #ports: RecordPorts;
  readonly #listeners = new Set<(before: Records, after: Records) => void>();
  readonly #stop: () => void;
  #stored: Records = [];
  #unwritten: readonly Step[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(ports: RecordPorts) {
    this.#ports = ports;
    this.#stop = ports.channel.onheard(() => void this.look());
  }

  /** The device has no room: changes live as long as this page does. */
  get volatile(): boolean {
    return this.#volatile;
  }

  /** Notes what the store says about its room; until there is some again, it is looked for by itself. */
  set volatile(spilled: boolean) {
    if (spilled === this.#volatile) return;
    this.#volatile = spilled;
    if (spilled) this.#lookAgain();
  }

  /** Something may be on the device that cannot be read at this moment. */
  get unread(): boolean {
    return this.#unread;
  }

  /** Notes whether the store can be read; until it can, it is tried again by itself. */
  set unread(unread: boolean) {
    if (unread === this.#unread) return;
    this.#unread = unread;
    if (unread) this.#lookAgain();
  }

  /**
   * True if what waits is on the device as it is shown: a moment after each change, and never while the device has
   * no room.
   */
  get isKept(): boolean {
    const [shown, stored] = [this.shown.filter(isPending), this.#stored.filter(isPending)];
    if (shown.length === 0 && stored.length === 0) return true;
    return !this.#volatile && shown.length === stored.length && shown.every((one, i) => one === stored[i]);
  }

  /** Calls back with what was shown before and what is shown now. The result ends it. */
  watch(call: (before: Records, after: Records) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  /** Shows a step at once and writes it after those before it. */
  write(step: Step): Promise<void> {
    this.#show([...this.#unwritten, step]);
    const run = this.#writing.then(() => this.#store(step));
    // One that failed does not end those behind it.
    this.#writing = run.catch(() => undefined);
    return run;
  }

  /** Resolves when everything that was added is on the device, or cannot be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Takes what somebody else stored: the sender. */
  take(records: Records): void {
    this.#stored = records;
    this.loaded = true;
    this.#show();
    this.#ports.channel.announce();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#ports.store.close();
  }

  async #store(step: Step): Promise<void> {
    try {
      this.#stored = await this.#ports.store.update(step);
    } catch (error) {
      // Signing out took the outbox away; nothing of it is shown any more.
      if (!(error instanceof StoreGone)) {
        if (!this.loaded) this.#lookAgain();
        throw error;
      }
      this.#stored = [];
    } finally {
      this.#show(this.#unwritten.filter((each) => each !== step));
    }
    this.loaded = true;
    this.#ports.channel.announce();
  }

  /** Reads what is on the device, and shows it. */
  async look(): Promise<void> {
    try {
      const records = await this.#ports.store.read();
      if (this.#closed) return;
      this.#stored = records;
      this.#show();
      this.loaded = true;
      this.#ports.onheard();
    } catch (error) {
      if (!(error instanceof StoreGone)) throw error;
    }
  }

  /** @throws what a step throws: nothing of it was shown or noted */
  #show(unwritten = this.#unwritten): void {
    const before = this.shown;
    const after = unwritten.reduce<Records>((records, step) => step(records), this.#stored);
    this.#unwritten = unwritten;
    if (before === after) return;
    this.shown = after;
    for (const call of this.#listeners) call(before, after);
  }

  #lookAgain(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#ports.clock.after(ROOM_RETRY_MS, async () => {
      this.#looking = false;
      if (this.#closed || !this.#isToLookAgain) return;
      const wasLoaded = this.loaded;
      // One that fails for a reason nobody knows is not the last.
      await this.write((records) => records).catch(() => undefined);
      if (this.#closed) return;
      if (this.#isToLookAgain) this.#lookAgain();
      // What an earlier visit left goes on.
      if (!wasLoaded && this.loaded) this.#ports.onheard();
    });
  }

  get #isToLookAgain(): boolean {
    return this.#volatile || this.#unread || !this.loaded;
  }
}
