import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import type { Session } from '$lib/client/session/session.svelte';
import { CallsWatch, type Calls } from './calls-watch.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { applications: { calls: { query: vi.fn() } } },
  isConnectionFault: () => true,
  refusalOf: () => null
}));

const query = vi.mocked(api.applications.calls.query);
const session = { connection: { returns: 0, state: 'live' }, can: () => true } as unknown as Session;
const calls = [{ id: 'app', perMinute: 3 }] as Calls[];
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
let end: (() => void) | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  page.visibilityState = 'visible';
  query.mockReset().mockResolvedValue(calls);
});
afterEach(() => {
  end?.();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

test('[APP-4] an answer that takes longer than the interval is waited for, and shown', async () => {
  query.mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve(calls), 8000)));
  const watch = new CallsWatch(session);
  end = watch.watch();
  await pass(7);
  expect([query.mock.calls.length, watch.of('app')]).toEqual([1, null]);
  await pass(1.5);
  expect(watch.of('app')?.perMinute).toBe(3);
  await pass(2);
  expect(query).toHaveBeenCalledTimes(2);
});

test('[APP-4] numbers of more than ten seconds ago are none', async () => {
  const watch = new CallsWatch(session);
  end = watch.watch();
  await pass(0);
  query.mockImplementation(() => new Promise(() => undefined));
  await pass(9);
  expect(watch.of('app')?.perMinute).toBe(3);
  await pass(2);
  expect(watch.of('app')).toBeNull();
});

test('[APP-4] a page nobody looks at asks nothing, and at once when somebody looks again', async () => {
  const watch = new CallsWatch(session);
  end = watch.watch();
  await pass(0);
  page.visibilityState = 'hidden';
  await pass(21);
  expect(query).toHaveBeenCalledTimes(1);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await pass(0);
  expect(query).toHaveBeenCalledTimes(2);
  expect(watch.of('app')?.perMinute).toBe(3);
  end?.();
  page.dispatchEvent(new Event('visibilitychange'));
  await pass(21);
  expect(query).toHaveBeenCalledTimes(2);
});

test('[APP-4] what was refused is asked for of the one that is looked at, and of no others', async () => {
  end = new CallsWatch(session).watch();
  await pass(0);
  end?.();
  end = new CallsWatch(session, () => 'app').watch();
  await pass(0);
  expect(query.mock.calls).toEqual([[{}], [{ id: 'app' }]]);
});
