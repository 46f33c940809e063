import { afterEach, expect, test, vi } from 'vitest';
import { hearServerTime, serverNow, serverTime } from './server-clock';

const DEVICE = Date.parse('2026-03-01T12:00:00.400Z');
const DAY_MS = 86_400_000;

vi.useFakeTimers({ now: DEVICE });
afterEach(() => hearServerTime(DEVICE, DEVICE, new Date(DEVICE).toUTCString()));

/** An answer that took 200 ms and left the server halfway, whose clock is so far ahead. */
function answered(aheadMs: number) {
  hearServerTime(DEVICE - 200, DEVICE, new Date(DEVICE - 100 + aheadMs).toUTCString());
}

test.each([DAY_MS, -DAY_MS, 90_000, -90_000])(
  '[UX-3] what time it is says the server: its clock is %d ms ahead of the device',
  (ahead) => {
    answered(ahead);
    expect(Math.abs(serverNow() - (DEVICE + ahead))).toBeLessThan(1_200);
    expect(serverTime(DEVICE - 60_000)).toBe(serverNow() - 60_000);
  }
);

test('[UX-3] a device whose clock is right keeps it, to the millisecond', () => {
  for (const ahead of [0, 300, -300]) {
    answered(ahead);
    expect(serverNow()).toBe(DEVICE);
  }
});

test('[UX-3] an answer that says nothing, came late or outran a clock that was set changes nothing', () => {
  answered(DAY_MS);
  const known = serverNow();
  for (const [asked, came, date] of [
    [DEVICE - 200, DEVICE, null],
    [DEVICE - 200, DEVICE, 'yesterday'],
    [DEVICE - 10_000, DEVICE, new Date(DEVICE).toUTCString()],
    [DEVICE + 5_000, DEVICE, new Date(DEVICE).toUTCString()]
  ] as const)
    hearServerTime(asked, came, date);
  expect(serverNow()).toBe(known);
});
