/** Seconds that are counted: sixty, and the one that runs. */
const SECONDS = 61;

/**
 * Calls of the last sixty seconds, the oldest second counted whole: no sixty seconds hold more than are let through
 * here, which a bucket that fills up again does not promise. `now` is in milliseconds, from any steady clock.
 */
export class MinuteWindow {
  readonly #calls = new Uint32Array(SECONDS);
  #second: number;
  #sum = 0;
  /** Second of the last call. */
  #last: number;

  constructor(now: number) {
    this.#last = this.#second = secondOf(now);
  }

  /** Counts one call unless there are `most` already, and then says false. */
  take(most: number, now: number): boolean {
    this.#turn(now);
    if (this.#sum >= most) return false;
    this.#calls[this.#second % SECONDS]! += 1;
    this.#sum += 1;
    this.#last = this.#second;
    return true;
  }

  /** Number of calls that count now. */
  counted(now: number): number {
    this.#turn(now);
    return this.#sum;
  }

  /** Seconds until no call counts any more; 0 when none does. */
  secondsUntilNone(now: number): number {
    return this.counted(now) === 0 ? 0 : this.#last + SECONDS - now / 1000;
  }

  /** Seconds until at most `left` of the calls count; 0 when it is so already. */
  secondsUntil(left: number, now: number): number {
    this.#turn(now);
    let sum = this.#sum;
    // The oldest second is the one after the one that runs, as they stand in a ring.
    for (let away = 1; sum > left; away++) {
      sum -= this.#calls[(this.#second + away) % SECONDS]!;
      if (sum <= left) return this.#second + away - now / 1000;
    }
    return 0;
  }

  #turn(now: number): void {
    const second = secondOf(now);
    const passed = Math.min(SECONDS, second - this.#second);
    for (let n = 1; n <= passed; n++) {
      const place = (this.#second + n) % SECONDS;
      this.#sum -= this.#calls[place]!;
      this.#calls[place] = 0;
    }
    if (passed > 0) this.#second = second;
  }
}

function secondOf(now: number): number {
  return Math.floor(now / 1000);
}
