/** A moment by two clocks: one that never goes back, and one that goes on while the machine sleeps. */
export type Mark = { steady: number; wall: number };

/**
 * Age of something, by whichever clock says more: a process that was paused, or a machine that slept, finds out
 * before it answers.
 */
export class Age {
  #mark: Mark | null = null;

  static mark(): Mark {
    return { steady: performance.now(), wall: Date.now() };
  }

  /** It is as old as this moment. */
  since(mark: Mark): void {
    this.#mark = mark;
  }

  /** True if it is at most so many milliseconds old; false if it has never been. */
  is(most: number): boolean {
    if (this.#mark === null) return false;
    const { steady, wall } = Age.mark();
    return Math.max(steady - this.#mark.steady, wall - this.#mark.wall) <= most;
  }
}
