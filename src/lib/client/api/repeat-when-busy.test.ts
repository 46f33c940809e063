import { expect, test } from 'vitest';
import { repeatWhenBusy } from './repeat-when-busy';

const call = (path: string, retryAfter: number) => ({
  path,
  refusal: { code: 'busy', retryAfter } as const,
  sentAt: 0
});

test('[REL-3] what was asked of a busy server is asked again when it said so, not all at once', async () => {
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  expect(await repeatWhenBusy(call('roles.list', 2), wait, () => 0)).toBe(true);
  expect(await repeatWhenBusy(call('administrators.import', 1), wait, () => 0.5)).toBe(true);
  expect(waits).toEqual([2000, 1250]);
});

test('tries that are counted, long waits and other refusals are not for it', async () => {
  const never = () => Promise.reject(new Error('waited'));
  expect(await repeatWhenBusy(call('auth.signIn', 1), never)).toBe(false);
  expect(await repeatWhenBusy(call('setup.createOwner', 1), never)).toBe(false);
  expect(await repeatWhenBusy(call('log.export', 60), never)).toBe(false);
  expect(
    await repeatWhenBusy({ path: 'roles.list', refusal: { code: 'auth/signed-out' }, sentAt: 0 }, never)
  ).toBe(false);
});
