import { flushSync } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import { Loadable } from './loadable.svelte';

const NOT_FOUND: Refusal = { code: 'not-found', what: 'role' };
const BUSY: Refusal = { code: 'busy', retryAfter: 1 };
const LOST = 'no answer came';

vi.mock('./api', () => ({
  isConnectionFault: (error: unknown) => error === 'no answer came' || isRefusal(error, 'busy'),
  refusalOf: (error: unknown) => (typeof error === 'object' ? error : null)
}));

function isRefusal(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** An answer that comes when the test says so. */
function later<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { question: () => promise, resolve, reject };
}

const says = (answer: string) => async () => answer;
const throws = (error: unknown) => async (): Promise<string> => {
  throw error;
};

async function known(): Promise<Loadable<string>> {
  const loadable = new Loadable<string>();
  await loadable.ask(says('before'));
  return loadable;
}

afterEach(() => vi.unstubAllGlobals());

test('an answer is shown, and whoever shows it hears of it', async () => {
  const loadable = new Loadable<string>();
  const seen: string[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(`${loadable.status.state} ${loadable.asking}`));
  });
  flushSync();
  const answer = later<string>();
  const asked = loadable.ask(answer.question);
  flushSync();
  answer.resolve('now');
  expect(await asked).toBe(true);
  flushSync();
  stop();
  expect(seen).toEqual(['loading false', 'loading true', 'loaded false']);
  expect(loadable.value).toBe('now');
});

test.each(['older', 'newer'] as const)(
  'the latest question counts, also when the %s answer comes first',
  async (first) => {
    const loadable = new Loadable<string>();
    const [older, newer] = [later<string>(), later<string>()];
    const asked = [loadable.ask(older.question), loadable.ask(newer.question)];
    const order = first === 'older' ? [older, newer] : [newer, older];
    for (const answer of order) {
      answer.resolve(answer === older ? 'older' : 'newer');
      await Promise.resolve();
    }
    expect(await Promise.all(asked)).toEqual([false, true]);
    expect([loadable.value, loadable.asking]).toEqual(['newer', false]);
  }
);

test('an older question that fails says nothing about the latest one', async () => {
  const loadable = new Loadable<string>();
  const older = later<string>();
  const asked = loadable.ask(older.question);
  await loadable.ask(says('newer'));
  older.reject(NOT_FOUND);
  expect(await asked).toBe(false);
  expect([loadable.value, loadable.problem]).toEqual(['newer', null]);
});

test.each([
  { error: LOST, onLine: false, state: 'offline' },
  { error: LOST, onLine: true, state: 'failed' },
  { error: BUSY, onLine: true, state: 'failed' },
  { error: 'a fault of the page', onLine: false, state: 'failed' }
])('$error is $state while the device has a network: $onLine; what was known stays', async (fault) => {
  vi.stubGlobal('navigator', { onLine: fault.onLine });
  const [fresh, loadable] = [new Loadable<string>(), await known()];
  for (const each of [fresh, loadable]) await each.ask(throws(fault.error));
  expect(fresh.status).toEqual({ state: fault.state });
  expect(loadable.problem).toEqual({ state: fault.state });
  expect(loadable.status).toEqual({ state: 'loaded', value: 'before' });
  await loadable.ask(says('after'));
  expect(loadable.problem).toBeNull();
});

test('a refusal takes away what was known: it may not be seen any more', async () => {
  const loadable = await known();
  await loadable.ask(throws(NOT_FOUND));
  expect(loadable.value).toBeNull();
  expect(loadable.status).toEqual({ state: 'refused', refusal: NOT_FOUND });
});

test('what is remembered does not outdate the question under way', async () => {
  const loadable = new Loadable<string>();
  const answer = later<string>();
  const asked = loadable.ask(answer.question);
  loadable.put('remembered');
  expect(loadable.value).toBe('remembered');
  answer.resolve('now');
  await asked;
  expect(loadable.value).toBe('now');
});

test('more of what is known is thrown away once something is asked anew', async () => {
  const loadable = await known();
  const more = later<string>();
  const extended = loadable.extend(more.question);
  await loadable.ask(says('anew'));
  more.resolve('before and more');
  expect(await extended).toBe(false);
  expect(loadable.value).toBe('anew');
  expect(await loadable.extend(says('anew and more'))).toBe(true);
  expect(loadable.value).toBe('anew and more');
});

test('after a stop no question is answered any more', async () => {
  const loadable = await known();
  const answer = later<string>();
  const asked = loadable.ask(answer.question);
  loadable.stop();
  answer.resolve('too late');
  expect(await asked).toBe(false);
  expect([loadable.value, loadable.asking]).toEqual(['before', false]);
});

test('each value is told of before it is shown, an outdated one never', async () => {
  const told: unknown[] = [];
  const loadable: Loadable<string> = new Loadable<string>((value) => told.push([loadable.value, value]));
  const older = later<string>();
  const asked = loadable.ask(older.question);
  await loadable.ask(says('newer'));
  older.resolve('older');
  await asked;
  expect(told).toEqual([[null, 'newer']]);
});
