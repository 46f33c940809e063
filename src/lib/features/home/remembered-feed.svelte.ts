import type { DeviceMemory } from '$lib/client/device/device-memory';
import type { LiveFeed, LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';

/** A burst of entries is written once. */
const REST_MS = 1_000;
/** The most that anybody scrolls through without a connection. */
const MOST = 200;

/**
 * The newest entries of the log, from the server or else as this device remembers them: without the addresses,
 * which the document holds and no device keeps (P-01).
 */
export class RememberedFeed {
  readonly replica: Replica;
  readonly #feed: LiveFeed;
  readonly #memory: DeviceMemory;
  #remembered = $state.raw<{ entries: readonly LogEntry[]; at: number } | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(replica: Replica, feed: LiveFeed, memory: DeviceMemory) {
    this.replica = replica;
    this.#feed = feed;
    this.#memory = memory;
    replica.doc.on('update', this.#keepLater);
    void memory.feed().then((known) => {
      if (known) this.#remembered = { entries: known.value, at: known.at };
    });
  }

  /** There is something to show. */
  get loaded(): boolean {
    return this.replica.loaded || this.#remembered !== null;
  }

  /** Time of the last contact with the server, in ms since 1970; null when there was none. */
  get lastContact(): number | null {
    return this.replica.lastContact ?? this.#remembered?.at ?? null;
  }

  newest(): readonly LogEntry[] {
    const entries = this.#feed.newest();
    return this.replica.loaded ? entries : (this.#remembered?.entries ?? entries);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.replica.destroy();
  }

  readonly #keepLater = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#memory.keepFeed(this.#feed.newest().slice(0, MOST)), REST_MS);
  };
}
