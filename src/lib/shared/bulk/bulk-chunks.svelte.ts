import type { Refusal } from '$lib/core/access/refusal';

/** State of a job that runs in chunks. */
export type ChunksState =
  | { state: 'idle' }
  | { state: 'running' }
  /** Every chunk was answered. */
  | { state: 'finished' }
  /** Ended on request after the chunk that was on its way. */
  | { state: 'stopped' }
  /** No answer, several times: going on sends the same chunk again, which repeats nothing. */
  | { state: 'interrupted' }
  /** The server ended the whole of it. */
  | { state: 'refused'; refusal: Refusal };

type Options<Item, Result> = {
  chunks: readonly (readonly Item[])[];
  /** Sends one chunk; the same chunk has the same operation id whenever it is sent again. */
  send: (items: readonly Item[], op: string) => Promise<readonly Result[]>;
  newOp: () => string;
  refusalOf: (error: unknown) => Refusal | null;
  isConnectionFault: (error: unknown) => boolean;
  /** Wait between two tries, in milliseconds. */
  wait?: (ms: number) => Promise<void>;
};

const TRIES = 3;
/** A server that is busy answers, and says when to come back: that is no failure, unless it never ends. */
const BUSY_TRIES = 60;
const PAUSE_MS = 1500;

/** Works through many items in calls of bounded size, with progress, a way to stop, and the results so far. */
export class BulkChunks<Item, Result> {
  status = $state.raw<ChunksState>({ state: 'idle' });
  results = $state.raw<readonly Result[]>([]);
  done = $state(0);
  readonly total: number;
  readonly #options: Options<Item, Result>;
  #next = 0;
  #op: string | null = null;
  #stopping = false;

  constructor(options: Options<Item, Result>) {
    this.#options = options;
    this.total = options.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get running(): boolean {
    return this.status.state === 'running';
  }

  /** True once its end was asked for. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Items that were not sent, or not answered. */
  get left(): readonly Item[] {
    void this.done;
    return this.#options.chunks.slice(this.#next).flat();
  }

  /** Begins, or goes on where it stood. */
  async run(): Promise<void> {
    if (this.running) return;
    this.#stopping = false;
    this.status = { state: 'running' };
    this.status = await this.#work();
  }

  /** Ends after the chunk that is on its way: what was sent cannot be taken back. */
  stop(): void {
    this.#stopping = true;
  }

  async #work(): Promise<ChunksState> {
    const { chunks } = this.#options;
    while (this.#next < chunks.length) {
      if (this.#stopping) return { state: 'stopped' };
      const ended = await this.#sendOne(chunks[this.#next]!);
      if (ended) return ended;
    }
    return { state: 'finished' };
  }

  /** Null when the chunk was answered. */
  async #sendOne(chunk: readonly Item[]): Promise<ChunksState | null> {
    const { send, newOp, refusalOf, isConnectionFault, wait = pause } = this.#options;
    const op = (this.#op ??= newOp());
    let [lost, busy] = [0, 0];
    for (;;) {
      try {
        const results = await send(chunk, op);
        this.results = [...this.results, ...results];
        this.#op = null;
        this.#next++;
        this.done += chunk.length;
        return null;
      } catch (error) {
        const refusal = refusalOf(error);
        if (!isConnectionFault(error)) {
          if (refusal === null) throw error;
          return { state: 'refused', refusal };
        }
        if (refusal?.code === 'busy') busy++;
        else lost++;
        if (lost === TRIES || busy === BUSY_TRIES || this.#stopping) return { state: 'interrupted' };
        await wait(refusal?.code === 'busy' ? refusal.retryAfter * 1000 : PAUSE_MS * lost);
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Parts of at most `size` items, in order. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
