import { expect, test } from 'vitest';
import { CLOSE } from '$lib/protocol/close-codes';
import { reconnectDelay } from './reconnect-delay';

test('[LIV-2] two hundred clients that a restart cuts off do not come back in one window', () => {
  const windows = new Map<number, number>();
  for (let client = 0; client < 200; client++) {
    const window = Math.floor(reconnectDelay(CLOSE.restarting, 0, 10_000, client / 200) / 100);
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }
  expect(Math.max(...windows.values())).toBeLessThanOrEqual(8);
  expect(windows.size).toBeGreaterThan(25);
});

test('[LIV-2] waits grow to the longest and no further; the first is short', () => {
  expect(reconnectDelay(1006, 0, 10_000, 0)).toBe(100);
  expect(reconnectDelay(1006, 0, 10_000, 1)).toBe(200);
  expect(reconnectDelay(1006, 30, 10_000, 1)).toBe(10_000);
  expect(reconnectDelay(1006, 30, 10_000, 0)).toBe(5_000);
  expect(reconnectDelay(CLOSE.tooSlow, 0, 10_000, 0)).toBe(1_000);
});
