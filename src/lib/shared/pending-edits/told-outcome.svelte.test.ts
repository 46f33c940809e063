import { expect, test } from 'vitest';
import { NO_ANSWER } from '$lib/client/forms/one-at-a-time.svelte';
import { ToldOutcome } from './told-outcome.svelte';

function telling() {
  let times = 0;
  const session = { outbox: { awaitingPassword: [], waiting: true }, catalogue: { actions: new Map() } };
  const told = new ToldOutcome(session as never, () => times++);
  return { told, times: () => times };
}

test('[LIV-4] a command that was done, or will be, is no fault, and what is shown is asked for anew', () => {
  const { told, times } = telling();
  expect(told.ended({ state: 'unknown' }, { message: 'Done' })).toBe(false);
  expect(told.ended({ state: 'done', answer: null }, { message: 'Done' })).toBe(true);
  expect(told.ended({ state: 'kept' }, { message: 'Done' })).toBe(true);
  expect([told.fault, times()]).toEqual([null, 2]);
});

test('[LIV-8] a command that was refused, or without an answer, leaves its reason and changes nothing', () => {
  const { told, times } = telling();
  expect(told.ended({ state: 'unknown' }, { message: 'Done' })).toBe(false);
  expect(told.fault).toBe(NO_ANSWER);
  expect(told.ended({ state: 'refused', refusal: { code: 'access/owner' } }, { message: 'Done' })).toBe(
    false
  );
  expect(told.fault).not.toBe(NO_ANSWER);
  expect([told.fault, times()]).toEqual([expect.stringMatching(/owner/i), 0]);
});
