import { expect, test } from 'vitest';
import { addToHour, emptyHour } from '../../../../tests/support/charged-windows';
import { trials, TRIALS_TIMEOUT } from '../../../../tests/support/trials';
import { BUCKETS, freeAt, hourAt, hourTotal, type RollingHour } from './rolling-hour';

const SECONDS = 60;

/** Asks for as much as there is at each of these seconds, and says what was admitted when. */
function greedy(
  asks: readonly { at: number; units: number }[],
  limit: number
): { at: number; units: number }[] {
  let hour = emptyHour(0);
  return asks.flatMap(({ at, units }) => {
    const minute = Math.floor(at / SECONDS);
    hour = hourAt(hour, minute);
    const admitted = Math.min(units, limit - hourTotal(hour));
    if (admitted <= 0) return [];
    hour = addToHour(hour, minute, admitted);
    return [{ at, units: admitted }];
  });
}

/** The most that any span of 3600 seconds had, its end left out. */
function worst(admitted: readonly { at: number; units: number }[]): number {
  let most = 0;
  let sum = 0;
  let from = 0;
  for (const { at, units } of admitted) {
    sum += units;
    while (admitted[from]!.at <= at - 3600) sum -= admitted[from++]!.units;
    most = Math.max(most, sum);
  }
  return most;
}

/** A small generator with a seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SENDERS = trials(20_000, 1_000_000);

test(
  `[QUO-3] of ${SENDERS} greedy senders none has more than the cap in any 60 minutes`,
  () => {
    const seed = Number(process.env['FAULTS_SEED'] ?? 20_260_401);
    const random = chance(seed);
    let reached = 0;
    for (let run = 0; run < SENDERS; run++) {
      const limit = 1 + Math.floor(random() * 60);
      // Bursts with long waits between them: what lies just inside and just outside of an hour.
      let at = Math.floor(random() * 120);
      const asks = Array.from({ length: 24 }, () => {
        const kind = random();
        at += Math.floor(kind < 0.4 ? random() * 3 : kind < 0.7 ? 3540 + random() * 122 : random() * 1900);
        return { at, units: 1 + Math.floor(random() * limit * 1.5) };
      });
      const most = worst(greedy(asks, limit));
      if (most > limit) throw new Error(`seed ${seed}, run ${run}: ${most} of ${limit}`);
      if (most === limit) reached += 1;
    }
    // The cap is used, too: one bucket more costs nobody their hour.
    expect(reached).toBeGreaterThan(SENDERS * 0.75);
  },
  TRIALS_TIMEOUT
);

test('[QUO-3] a ring of 60 would let twice the cap pass: the late burst', () => {
  const burst = [
    { at: 59, units: 60 },
    { at: 3600, units: 60 }
  ];
  expect(worst(greedy(burst, 60))).toBe(60);
  expect(worst(burst)).toBe(120);
});

test('[QUO-3] whoever sends evenly has the whole cap in every hour', () => {
  const asks = Array.from({ length: 600 }, (_, minute) => ({ at: minute * 61, units: 1 }));
  const admitted = greedy(asks, 60);
  expect(admitted.length).toBe(600);
});

test('what is given back is room again, in its own minute alone', () => {
  let hour = addToHour(emptyHour(1000), 1000, 10);
  hour = hourAt(hour, 1030);
  hour = addToHour(hour, 1030, 5);
  expect(hourTotal(addToHour(hour, 1000, -4))).toBe(11);
  // Its minute is over: nothing is given back to others.
  expect(hourTotal(addToHour(hourAt(hour, 1061), 1000, -10))).toBe(5);
});

test('[QUO-5] when enough is free again', () => {
  let hour: RollingHour = addToHour(emptyHour(1000), 1000, 10);
  hour = addToHour(hourAt(hour, 1030), 1030, 5);
  expect(freeAt(hour, 1)).toBe(1000 + BUCKETS);
  expect(freeAt(hour, 11)).toBe(1030 + BUCKETS);
  expect(freeAt(hour, 16)).toBeNull();
  expect(hourTotal(hourAt(hour, 1061))).toBe(5);
});

test('a clock that goes back finds the hour as it was', () => {
  const hour = addToHour(emptyHour(1000), 1000, 10);
  expect(hourAt(hour, 900)).toBe(hour);
  expect(hourTotal(hourAt(hour, 2000))).toBe(0);
});
