/** A moment on two clocks: one that never goes back, and one that goes on while the machine sleeps. */
export type Moment = { steady: number; wall: number };

export function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() };
}

/** Milliseconds since a moment, by the clock that says more. */
export function since({ steady, wall }: Moment): number {
  return Math.max(performance.now() - steady, Date.now() - wall);
}

/**
 * Limit of how long ago a moment may be, which itself only ever moves on. The steady clock is asked once for each turn
 * of the event loop and millisecond of the wall clock. The turn is part of it because a wall clock can stand still, or
 * be set back into the same millisecond: then an answer is out of date by no more than the turn is long.
 */
export class AgeLimit {
  readonly #age: () => number;
  readonly #most: number;
  readonly #forget = () => {
    this.#within = NaN;
  };
  /** Millisecond of the last question of this turn, when the age is within the limit at its end, too. */
  #within = NaN;

  /**
   * @param age milliseconds since the moment
   * @param most milliseconds that it may be ago
   */
  constructor(age: () => number, most: number) {
    this.#age = age;
    this.#most = most;
  }

  isOver(): boolean {
    const now = Date.now();
    if (now === this.#within) return false;
    const age = this.#age();
    if (age > this.#most - 1) {
      this.#within = NaN;
      return age > this.#most;
    }
    if (Number.isNaN(this.#within)) setImmediate(this.#forget);
    this.#within = now;
    return false;
  }
}
