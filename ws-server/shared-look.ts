/** A look that runs one at a time: whoever asks while one is under way shares the next. */
export class SharedLook {
  #running: Promise<void> | null = null;
  #waiting: Promise<void> | null = null;
  readonly #once: () => Promise<void>;

  constructor(once: () => Promise<void>) {
    this.#once = once;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves when what was known at this call was looked at. @throws what failed that look */
  run(): Promise<void> {
    if (!this.#running) return (this.#running = this.#once().finally(() => (this.#running = null)));
    const before = this.#running;
    this.#waiting ??= before
      .catch(() => undefined)
      .then(() => {
        this.#waiting = null;
        return this.run();
      });
    return this.#waiting;
  }
}
