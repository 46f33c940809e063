import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onceIn } from './once-in';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('however often it is asked for, it comes once, as soon as was asked for first', () => {
  const calls: number[] = [];
  const start = Date.now();
  const later = onceIn(200, () => calls.push(Date.now() - start));
  for (let at = 0; at < 10; at += 1) {
    later.ask();
    vi.advanceTimersByTime(15);
  }
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([200]);
});

test('it can be asked for again afterwards, also by the call itself', () => {
  let calls = 0;
  const later = onceIn(200, () => {
    calls += 1;
    if (calls < 3) later.ask();
  });
  later.ask();
  vi.advanceTimersByTime(2000);
  expect(calls).toBe(3);
  later.ask();
  vi.advanceTimersByTime(200);
  expect(calls).toBe(4);
});

test('what was called off does not come, and can be asked for anew', () => {
  let calls = 0;
  const later = onceIn(200, () => (calls += 1));
  later.ask();
  later.cancel();
  vi.advanceTimersByTime(1000);
  expect(calls).toBe(0);
  later.ask();
  vi.advanceTimersByTime(200);
  expect(calls).toBe(1);
});
