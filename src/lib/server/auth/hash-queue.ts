/** Too many passwords are being checked at once: come back later. */
export class HashQueueFull extends Error {
  override name = 'HashQueueFull';
}

export type HashQueueSize = {
  /** Most jobs that run at once. */
  atWork: number;
  /** Most jobs that wait. */
  waiting: number;
  /** Number of those places that are kept for whoever goes first. */
  kept: number;
};

/**
 * Queue for the processor and its memory, so many jobs at once. Whoever goes first is served before all others, and
 * has places of their own to wait in.
 */
export class HashQueue {
  #atWork = 0;
  readonly #first: (() => void)[] = [];
  readonly #others: (() => void)[] = [];
  readonly #size: HashQueueSize;

  constructor(size: HashQueueSize) {
    this.#size = size;
  }

  /**
   * Runs `work` when its turn comes.
   * @throws HashQueueFull when there is no place left
   */
  async run<T>(work: () => Promise<T>, goesFirst: boolean): Promise<T> {
    if (this.#atWork >= this.#size.atWork) await this.#turn(goesFirst);
    else this.#atWork++;
    try {
      return await work();
    } finally {
      const next = this.#first.shift() ?? this.#others.shift();
      // The place is handed on: whoever comes in between does not take it.
      if (next) next();
      else this.#atWork--;
    }
  }

  #turn(goesFirst: boolean): Promise<void> {
    const { waiting, kept } = this.#size;
    const places = goesFirst ? waiting : waiting - kept;
    if (this.#first.length + this.#others.length >= places) throw new HashQueueFull('password queue is full');
    return new Promise((resolve) => (goesFirst ? this.#first : this.#others).push(resolve));
  }
}
