import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Paced } from './paced';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

test('it is done at once, and then at most once in its time', () => {
  const act = vi.fn();
  const paced = new Paced(10_000, act);
  for (let each = 0; each < 3; each++) paced.soon();
  vi.advanceTimersByTime(0);
  expect(act).toHaveBeenCalledTimes(1);
  paced.soon();
  vi.advanceTimersByTime(9_999);
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(act).toHaveBeenCalledTimes(2);
});

test('done now, what was to come soon is done with it', () => {
  const act = vi.fn();
  const paced = new Paced(10_000, act);
  paced.now();
  paced.soon();
  paced.now();
  vi.advanceTimersByTime(60_000);
  expect(act).toHaveBeenCalledTimes(2);
});

test('once it was stopped, nothing that was asked for comes', () => {
  const act = vi.fn();
  const paced = new Paced(10_000, act);
  paced.soon();
  paced.stop();
  vi.advanceTimersByTime(60_000);
  expect(act).not.toHaveBeenCalled();
});
