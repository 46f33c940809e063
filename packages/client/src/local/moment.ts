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
 * Limit of how long ago a moment may be, which itself only ever moves on. In each millisecond of the wall clock the
 * steady one is asked once: for the rest of it that would say something else only if the wall clock had been set back
 * right into it.
 */
export class AgeLimit {
  readonly #age: () => number;
  readonly #most: number;
  /** Millisecond of the last question, when the age is within the limit at its end, too. */
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
    this.#within = age <= this.#most - 1 ? now : NaN;
    return age > this.#most;
  }
}
