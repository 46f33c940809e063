/** Something done at most once in a time, in milliseconds, however often it is asked for. */
export class Paced<T> {
  readonly #rest: number;
  readonly #act: () => T;
  #at = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rest: number, act: () => T) {
    this.#rest = rest;
    this.#act = act;
  }

  /** It is done once its time has come. */
  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), Math.max(0, this.#at + this.#rest - Date.now()));
  }

  now(): T {
    this.stop();
    this.#at = Date.now();
    return this.#act();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
