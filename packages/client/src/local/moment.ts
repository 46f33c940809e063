/** A moment on two clocks: one that never goes back, and one that goes on while the machine sleeps. */
export type Moment = { steady: number; wall: number };

export function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() };
}

/** Milliseconds since a moment, by the clock that says more. */
export function since({ steady, wall }: Moment): number {
  return Math.max(performance.now() - steady, Date.now() - wall);
}
