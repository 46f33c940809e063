import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inGoodTime } from './in-good-time';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a module that failed is fetched anew when it is next asked for, and once when it is here', async () => {
  const fetch = vi.fn(() => Promise.resolve('here')).mockRejectedValueOnce(new Error('lost'));
  const [onlost, oncame] = [vi.fn(), vi.fn()];
  const ask = inGoodTime(fetch, onlost, oncame);
  await expect(ask()).rejects.toThrow('lost');
  expect(oncame).not.toHaveBeenCalled();
  expect([await ask(), await ask(), fetch.mock.calls.length]).toEqual(['here', 'here', 2]);
  expect(onlost).toHaveBeenCalledOnce();
  expect(oncame).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('one that hangs is waited for once, and used when it comes after all', async () => {
  let come = (_: string) => {};
  const ask = inGoodTime(() => new Promise<string>((resolve) => (come = resolve)));
  const first = ask().catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(await Promise.race([first, Promise.resolve('waits')])).toBe('waits');
  await vi.advanceTimersByTimeAsync(1000);
  expect(await first).toContain('late');
  await expect(ask()).rejects.toThrow('late');
  come('here');
  expect(await ask()).toBe('here');
});
