import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppUpdate } from './app-update.svelte';

/** A worker as the browser tells of it. */
class Worker extends EventTarget {
  state = 'installing';
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class Registration extends EventTarget {
  readonly installing = new Worker();
  active: object | null = null;
}

let made: Registration[];
const register = vi.fn(() => {
  const registration = new Registration();
  made.push(registration);
  setTimeout(() => registration.dispatchEvent(new Event('updatefound')), 1);
  return Promise.resolve(registration);
});

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  register.mockClear();
  const serviceWorker = Object.assign(new EventTarget(), { register, controller: null });
  vi.stubGlobal('navigator', { serviceWorker });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('[LIV-3] an app that did not come whole is fetched again, until it is on the device', async () => {
  const update = new AppUpdate();
  await update.start('1');
  await vi.advanceTimersByTimeAsync(10);
  made[0]!.installing.become('redundant');
  // The line is down: neither does the worker come.
  register.mockRejectedValueOnce(new TypeError('no connection'));
  await vi.advanceTimersByTimeAsync(31_000);
  expect(register).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(register).toHaveBeenCalledTimes(3);
  made[1]!.installing.become('redundant');
  await vi.advanceTimersByTimeAsync(40_000);
  expect(register).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(81_000);
  expect(register).toHaveBeenCalledTimes(4);
  made[2]!.active = {};
  made[2]!.installing.become('activated');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(register).toHaveBeenCalledTimes(4);
});

test('[P-05] a newer version that gives way to the next one is not fetched again by the page', async () => {
  const update = new AppUpdate();
  await update.start('1');
  await vi.advanceTimersByTimeAsync(10);
  made[0]!.active = {};
  made[0]!.installing.become('redundant');
  await vi.advanceTimersByTimeAsync(46_000);
  expect(register).toHaveBeenCalledTimes(1);
});
