import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { basisOfFacts, PeopleFacts } from './people-facts.svelte';

vi.mock('$lib/client/api/api', () => ({ api: {} }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const row = (id: string, seq = 1) => ({ id, seq, lastActive: null });
const answering = (ip: string) =>
  vi.fn((ids: string[]) => Promise.resolve(ids.map((id) => ({ id, bindingCaps: null, lastSignInIp: ip }))));

test('[ADM-1] the facts of the rows in view are asked for together and once, and again of whoever changed', async () => {
  const ask = answering('192.0.2.7');
  const facts = new PeopleFacts({ ask, contact: () => 0, basis: () => '' });
  expect([facts.of(row('a')), facts.of(row('b')), facts.of(row('a'))]).toEqual([null, null, null]);
  await vi.advanceTimersByTimeAsync(100);
  expect(ask.mock.calls).toEqual([[['a', 'b']]]);
  expect(facts.of(row('a'))?.lastSignInIp).toBe('192.0.2.7');

  // What was known stands until the new answer is there.
  expect(facts.of(row('a', 2))?.lastSignInIp).toBe('192.0.2.7');
  facts.of(row('b'));
  await vi.advanceTimersByTimeAsync(100);
  expect(ask.mock.calls.slice(1)).toEqual([[['a']]]);
  facts.stop();
});

test('[ADM-1] more rows than the server takes at once are asked for in parts', async () => {
  const ask = answering('192.0.2.7');
  const facts = new PeopleFacts({ ask, contact: () => 0, basis: () => '' });
  for (let at = 0; at < 130; at++) facts.of(row(String(at)));
  await vi.advanceTimersByTimeAsync(100);
  expect(ask.mock.calls.map(([ids]) => ids.length)).toEqual([50, 50, 30]);
  facts.stop();
});

test('[LIV-3] what got no answer is asked for again at the next look, and all of it when it has to be', async () => {
  const ask = answering('192.0.2.7').mockRejectedValueOnce(new Error('lost'));
  let basis = 'before';
  const facts = new PeopleFacts({ ask, contact: () => 0, basis: () => basis });
  facts.of(row('a'));
  await vi.advanceTimersByTimeAsync(100);
  expect(facts.of(row('a'))).toBeNull();
  await vi.advanceTimersByTimeAsync(100);
  expect(facts.of(row('a'))?.lastSignInIp).toBe('192.0.2.7');
  basis = 'after';
  expect(facts.of(row('a'))?.lastSignInIp).toBe('192.0.2.7');
  await vi.advanceTimersByTimeAsync(100);
  expect(ask).toHaveBeenCalledTimes(3);
  facts.stop();
});

test('[ADM-1] [LIV-1] the same answer to who is here is no reason to ask anew; other rights or caps are', () => {
  type Here = Parameters<typeof basisOfFacts>[0];
  const here = (permissions: string[], daily: number | null, capsVersion: number | null = 3) =>
    basisOfFacts({
      ...{ permissions: new Set(permissions), me: { bindingCaps: { daily } }, capsVersion }
    } as unknown as Here);
  expect(here(['a', 'b'], 5)).toBe(here(['b', 'a'], 5));
  expect(here(['a'], 5)).not.toBe(here(['a', 'b'], 5));
  expect(here(['a', 'b'], 6)).not.toBe(here(['a', 'b'], 5));
  // One's own cap binds oneself: the platform's moved all the same.
  expect(here(['a', 'b'], 5, 4)).not.toBe(here(['a', 'b'], 5, 3));
});
