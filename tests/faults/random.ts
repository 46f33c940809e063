/** Numbers that a seed repeats. */
export type Random = {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** An independent stream, for something that runs at its own pace. */
  fork(): Random;
};

/** mulberry32: small, fast and good enough to choose faults by. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick: (list) => list[whole(0, list.length - 1)]!,
    fork: () => seeded(whole(0, 0xffff_ffff))
  };
}

/** The seed of this run: from the environment when it repeats an earlier one. */
export function chooseSeed(given: string | undefined): number {
  return given === undefined || given === '' ? Math.floor(Math.random() * 0xffff_ffff) : Number(given) >>> 0;
}
