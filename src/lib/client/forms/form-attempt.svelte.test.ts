import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import { FormAttempt } from './form-attempt.svelte';

const refused = (refusal: Refusal) => () =>
  Promise.reject(
    TRPCClientError.from({
      error: { message: refusal.code, code: -32000, data: { code: 'FORBIDDEN', httpStatus: 403, refusal } }
    } as never)
  );

const attemptOf = () =>
  new FormAttempt<'password' | 'code'>({
    fields: ['password', 'code'],
    words: ({ code }) => (code === 'auth/wrong-code' ? { field: 'code', text: 'Wrong code.' } : null)
  });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('[UX-4] what is refused is said', () => {
  test('at its field, until something else is typed there', async () => {
    const attempt = attemptOf();
    const message = 'Use at least 15 characters.';
    await attempt.run(refused({ code: 'input/invalid', field: 'password', message }));
    expect([attempt.field('password'), attempt.field('code'), attempt.problem]).toEqual([
      message,
      null,
      null
    ]);
    attempt.changed('code');
    expect(attempt.field('password')).toBe(message);
    attempt.changed('password');
    expect(attempt.field('password')).toBeNull();
    await attempt.run(refused({ code: 'auth/wrong-code' }));
    expect(attempt.field('code')).toBe('Wrong code.');
  });

  test('about the whole form where no field has it', async () => {
    const attempt = attemptOf();
    await attempt.run(refused({ code: 'input/invalid', field: 'op', message: 'Not a UUID.' }));
    expect(attempt.problem).toBe('Not a UUID.');
    await attempt.run(refused({ code: 'auth/locked' }));
    expect(attempt.problem).toMatch(/Another administrator can unlock it/);
    await attempt.run(() => Promise.reject(new TRPCClientError('no network')));
    expect(attempt.problem).toMatch(/The server didn’t respond/);
    expect(await attempt.run(() => Promise.resolve('done'))).toBe('done');
    expect(attempt.problem).toBeNull();
  });

  test('and a fault of ours is not hidden', async () => {
    const attempt = attemptOf();
    await expect(attempt.run(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(attempt.busy).toBe(false);
  });
});

describe('[AUT-1] the pause the server asks for', () => {
  test('the pause the server asks for is counted down, and nothing is sent before it is over', async () => {
    const attempt = attemptOf();
    await attempt.run(refused({ code: 'auth/throttled', retryAfter: 65 }));
    expect(attempt.problem).toBe('Too many attempts. You can try again in 1 min 5 s.');
    const send = vi.fn(() => Promise.resolve('too early'));
    expect(await attempt.run(send)).toBeNull();
    expect(send).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempt.problem).toBe('Too many attempts. You can try again in 5 s.');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(attempt.problem).toBe('You can try again now.');
    expect(await attempt.run(() => Promise.resolve('in time'))).toBe('in time');
  });
});

test('[ADM-5] one try at a time', async () => {
  const attempt = attemptOf();
  let answer: (value: string) => void = () => undefined;
  const first = attempt.run(() => new Promise<string>((resolve) => (answer = resolve)));
  expect(attempt.busy).toBe(true);
  expect(await attempt.run(() => Promise.resolve('second'))).toBeNull();
  answer('first');
  expect(await first).toBe('first');
  expect(attempt.busy).toBe(false);
});
