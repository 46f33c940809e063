import { expect, test } from 'vitest';
import { seeded } from '../../../../../tests/faults/random';
import { MinuteWindow } from './minute-window';

test('[APP-1] no minute holds more than the limit, whenever it begins, and a steady caller gets all of it', () => {
  const random = seeded(5);
  const [most, window] = [30, new MinuteWindow(0)];
  const taken: number[] = [];
  let now = 0;
  for (let n = 0; n < 5000; n++) {
    now += random.chance(0.05) ? random.whole(0, 70_000) : random.whole(0, 900);
    if (!window.take(most, now)) continue;
    taken.push(now);
    expect(taken.filter((at) => at > now - 59_900).length).toBeLessThanOrEqual(most);
  }
  const steady = new MinuteWindow(0);
  const passed = Array.from({ length: 3600 }, (_, second) => steady.take(60, second * 1000));
  expect(passed.filter(Boolean).length).toBe(3600);
  // All of a minute at once, at the beginning of each.
  const punctual = new MinuteWindow(0);
  const each = Array.from({ length: 300 }, (_, n) =>
    punctual.take(60, Math.floor(n / 60) * 60_000 + (n % 60))
  );
  expect(each.filter(Boolean).length).toBe(300);
});

test('it says how long to wait, which is long enough and takes nothing', () => {
  const window = new MinuteWindow(250);
  for (const at of [250, 250, 5000]) expect(window.take(3, at)).toBe(true);
  expect(window.take(3, 20_000)).toBe(false);
  expect(window.secondsUntil(2, 20_000)).toBe(40.2);
  expect(window.take(3, 60_199)).toBe(false);
  expect(window.take(3, 60_200)).toBe(true);
  expect([window.counted(60_200), window.secondsUntilNone(60_200), window.secondsUntil(2, 60_200)]).toEqual([
    2, 60, 0
  ]);
  expect([window.counted(1e9), window.secondsUntilNone(1e9)]).toEqual([0, 0]);
});
