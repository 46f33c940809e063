/** Streams of one process, of all keys of one holder, and of one key, that are open at once. */
export const MOST_STREAMS = { process: 200, holder: 40, key: 20 } as const;

/** Reader that takes a place: `id` of the holder, and of the key. */
export type StreamReader = { id: string; keyId: string };

/** Counters of open streams, by holder and key: nobody has all of the places. */
export class StreamPlaces {
  readonly #ofHolder = new Map<string, number>();
  readonly #ofKey = new Map<string, number>();
  #all = 0;

  /** Takes a place at once. Returns how to give it back, once; or what is full. */
  take({ id, keyId }: StreamReader): (() => void) | 'process' | 'reader' {
    if (this.#all >= MOST_STREAMS.process) return 'process';
    const mine = this.#ofKey.get(keyId) ?? 0;
    if (mine >= MOST_STREAMS.key || (this.#ofHolder.get(id) ?? 0) >= MOST_STREAMS.holder) return 'reader';
    this.#count(id, keyId, 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#count(id, keyId, -1);
      isTaken = false;
    };
  }

  #count(id: string, keyId: string, by: 1 | -1): void {
    this.#all += by;
    add(this.#ofHolder, id, by);
    add(this.#ofKey, keyId, by);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
