import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchEach, fetchPartsAhead, LaterPart } from './later-part.svelte';
import { partsComeFrom, partSource, type Reach } from './part-source';

const before = partSource();
let reach: Reach;
const lost = vi.fn();
const reported = vi.fn();
const idle = () => Promise.resolve();
const NOT_FETCHED = new TypeError('Failed to fetch dynamically imported module: https://a.example/b.js');

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('reportError', reported);
  vi.stubGlobal('navigator', { onLine: true });
  lost.mockClear();
  reported.mockClear();
  reach = 'here';
  partsComeFrom({ reach: () => Promise.resolve(reach), lost, reload: () => undefined });
});
afterEach(() => {
  partsComeFrom(before);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('where nobody says where files come from, as in development, each is asked for as it is needed', async () => {
  partsComeFrom(before);
  expect(await new LaterPart(() => Promise.resolve('it')).load()).toBe('it');
});

test('[LIV-3] what the server has of another version is not asked for; it comes once it can be had', async () => {
  const fetch = vi.fn(() => Promise.resolve('it'));
  const part = new LaterPart(fetch);
  for (const each of ['unreachable', 'replaced'] as const) {
    reach = each;
    expect(await part.load()).toBeNull();
    expect(part.absence).toBe(each);
  }
  expect(fetch).not.toHaveBeenCalled();
  reach = 'here';
  expect(await part.load()).toBe('it');
  expect(part.absence).toBeNull();
});

test('[LIV-3] a file that did not come is lost, as the app is told, and not asked for again: the browser would not', async () => {
  const fetch = vi.fn(() => Promise.reject(NOT_FETCHED));
  const part = new LaterPart(fetch);
  expect(await part.load()).toBeNull();
  expect(await part.load()).toBeNull();
  expect(part.absence).toBe('lost');
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(lost).toHaveBeenCalledTimes(1);
  expect(reported).not.toHaveBeenCalled();
});

test('a module that throws is reported as any other error', async () => {
  const fault = new TypeError('x is not a function');
  const part = new LaterPart(() => Promise.reject(fault));
  expect(await part.load()).toBeNull();
  expect(part.absence).toBe('lost');
  expect(reported).toHaveBeenCalledExactlyOnceWith(fault);
});

test('[UX-1] nobody waits for ever for a file; one that comes late is used all the same', async () => {
  let come: (there: string) => void = () => undefined;
  const part = new LaterPart(() => new Promise<string>((resolve) => (come = resolve)));
  const first = part.load();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await first).toBeNull();
  expect(part.absence).toBe('late');
  const second = part.load();
  come('it');
  expect(await second).toBe('it');
  expect(part.absence).toBeNull();
});

test('what a page begins with is asked for at once, and whoever needs it waits for that', async () => {
  reach = 'unreachable';
  const fetch = vi.fn(() => Promise.resolve('it'));
  const part = new LaterPart(fetch, { ahead: false });
  part.begin();
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(await part.load()).toBe('it');
  part.begin();
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('[LIV-3] what a page begins with and does not get is lost like any other part', async () => {
  const part = new LaterPart(() => Promise.reject(NOT_FETCHED), { ahead: false });
  part.begin();
  expect(await part.load()).toBeNull();
  expect(part.absence).toBe('lost');
  expect(lost).toHaveBeenCalledTimes(1);
});

test('[LIV-3] ahead of their use, one part that is lost keeps none of the others away; without a connection none is asked for', async () => {
  const lostOne = new LaterPart(() => Promise.reject(NOT_FETCHED));
  const [second, third] = [new LaterPart(() => Promise.resolve(2)), new LaterPart(() => Promise.resolve(3))];
  await fetchEach([lostOne, second], idle);
  expect([lostOne.there, second.there]).toEqual([null, 2]);
  reach = 'unreachable';
  const asked = vi.fn(idle);
  await fetchEach([third, second], asked);
  expect(third.there).toBeNull();
  expect(asked).toHaveBeenCalledTimes(1);
});

test('[LIV-3] parts that come one after the other ask once if they can be had, again after one that was lost, and after a second', async () => {
  const asked = vi.fn(() => Promise.resolve(reach));
  partsComeFrom({ reach: asked, lost, reload: () => undefined });
  const part = (fetch: () => Promise<string> = () => Promise.resolve('it')) => new LaterPart(fetch);
  await fetchEach([part(), part(), part()], idle);
  expect(asked).toHaveBeenCalledTimes(1);

  asked.mockClear();
  await fetchEach([part(), part(() => Promise.reject(NOT_FETCHED)), part()], idle);
  expect(asked).toHaveBeenCalledTimes(2);

  asked.mockClear();
  const slow = () => vi.advanceTimersByTimeAsync(700).then(() => undefined);
  await fetchEach([part(), part(), part()], slow);
  expect(asked).toHaveBeenCalledTimes(2);

  asked.mockClear();
  vi.stubGlobal('navigator', { onLine: false });
  await fetchEach([part(), part()], idle);
  expect(asked).toHaveBeenCalledTimes(2);
});

// From here on parts come ahead of their use.
test('what is of somebody else’s page does not come ahead of its use', async () => {
  vi.stubGlobal('window', {});
  const fetch = vi.fn(() => Promise.resolve('it'));
  const others = new LaterPart(fetch, { ahead: false });
  const own = new LaterPart(() => Promise.resolve('own'));
  fetchPartsAhead();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(own.there).toBe('own');
  expect([others.there, fetch.mock.calls.length]).toEqual([null, 0]);
});
