import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppUpdate } from './app-update.svelte';
import { TAKE_PAGES } from './serve-app';

/** A worker as the browser tells of it. */
class Worker extends EventTarget {
  state = 'installing';
  readonly told: unknown[] = [];
  postMessage(words: unknown): void {
    this.told.push(words);
  }
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class Registration extends EventTarget {
  installing: Worker | null = new Worker();
  waiting: Worker | null = null;
  active: Worker | null = null;
  /** The worker that was being put on the device was given up. */
  fail(): void {
    const worker = this.installing!;
    this.installing = null;
    worker.become('redundant');
  }
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

const versionFile = (version: string) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(Response.json({ version })))
  );

test('[P-05] the files of a page can be had while the server has its version, or this device keeps it', async () => {
  const update = new AppUpdate();
  versionFile('5');
  expect(await update.reach('5')).toBe('here');
  expect(update.state).toBe('none');
  expect(await update.reach('4')).toBe('replaced');
  expect(update.state).toBe('ready');
  expect(await update.reach('6')).toBe('replaced');
  expect(update.state).toBe('older');
  vi.stubGlobal('navigator', { serviceWorker: { controller: {} } });
  expect(await update.reach('4')).toBe('here');
});

test('[LIV-3] a server that does not answer in time cannot be reached', async () => {
  const update = new AppUpdate();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => Promise.reject(signal!.reason as Error));
  expect(await update.reach('5')).toBe('unreachable');
  expect(timeout).toHaveBeenCalledExactlyOnceWith(5_000);
  expect(update.state).toBe('none');
  timeout.mockRestore();
});

test('[LIV-3] a page that lacked its seal alone lacks nothing once that came', () => {
  const update = new AppUpdate();
  update.lost('seal');
  expect(update.state).toBe('lost');
  update.sealCame();
  expect(update.state).toBe('none');
  update.lost('seal');
  update.lost();
  update.sealCame();
  expect(update.state).toBe('lost');
  // What else the line says stays.
  const other = new AppUpdate();
  other.state = 'ready';
  other.lost('seal');
  other.sealCame();
  expect(other.state).toBe('ready');
});

test('[LIV-3] an app that did not come whole is fetched again, until it is on the device', async () => {
  const update = new AppUpdate();
  await update.start('1');
  await vi.advanceTimersByTimeAsync(10);
  made[0]!.fail();
  // The line is down: neither does the worker come.
  register.mockRejectedValueOnce(new TypeError('no connection'));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(register).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(register).toHaveBeenCalledTimes(3);
  made[1]!.fail();
  await vi.advanceTimersByTimeAsync(3_900);
  expect(register).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(4_200);
  expect(register).toHaveBeenCalledTimes(4);
  made[2]!.active = new Worker();
  made[2]!.installing!.become('activated');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(register).toHaveBeenCalledTimes(4);
});

test('[LIV-3] a worker that an earlier page began is followed by the next page, and begun again when it fails', async () => {
  const begun = new Registration();
  // No event: this page came after it was fired.
  register.mockResolvedValueOnce(begun);
  const update = new AppUpdate();
  await update.start('1');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(register).toHaveBeenCalledTimes(1);
  begun.fail();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(register).toHaveBeenCalledTimes(2);
});

test('[LIV-3] a worker that is installed and fails before it is active is begun again', async () => {
  const begun = new Registration();
  begun.waiting = begun.installing;
  begun.installing = null;
  register.mockResolvedValueOnce(begun);
  const update = new AppUpdate();
  await update.start('1');
  const { waiting } = begun;
  begun.waiting = null;
  waiting!.become('redundant');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(register).toHaveBeenCalledTimes(2);
});

test('[LIV-3] a worker that failed before this page could follow it is begun again', async () => {
  const begun = new Registration();
  begun.installing = null;
  register.mockResolvedValueOnce(begun);
  const update = new AppUpdate();
  await update.start('1');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(register).toHaveBeenCalledTimes(2);
});

test('[P-05] a newer version that gives way to the next one is not fetched again by the page', async () => {
  const update = new AppUpdate();
  await update.start('1');
  await vi.advanceTimersByTimeAsync(10);
  made[0]!.active = new Worker();
  made[0]!.fail();
  await vi.advanceTimersByTimeAsync(46_000);
  expect(register).toHaveBeenCalledTimes(1);
});

test('[LIV-3] a page that was on its way while the worker became active asks to be taken', async () => {
  const begun = new Registration();
  begun.active = begun.installing;
  begun.installing = null;
  begun.active!.state = 'activated';
  register.mockResolvedValueOnce(begun);
  await new AppUpdate().start('1');
  expect(begun.active!.told).toEqual([TAKE_PAGES]);
});

test('[LIV-3] a page that saw the worker become active and was not taken asks to be', async () => {
  const begun = new Registration();
  register.mockResolvedValueOnce(begun);
  await new AppUpdate().start('1');
  const worker = begun.installing!;
  worker.become('installed');
  worker.become('activating');
  expect(worker.told).toEqual([]);
  worker.become('activated');
  expect(worker.told).toEqual([TAKE_PAGES]);
});
