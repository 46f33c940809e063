import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantedOf, wrongAnswers, type Asked, type Change } from '../support/asks-beside-changes';
import { startSending, usedByUsers, type Sending } from '../support/sending';
import { plantPackage, plantUser } from '../support/users';

// [TEN-2] [QUO-1] A package that is changed while its users, and others, send without a pause, by two processes.

const USERS = 8;
const AT_ONCE = 12;
const CHANGES = 12;

let sending: Sending;
beforeAll(async () => {
  sending = await startSending();
});
afterAll(() => sending.stop());

test('refuses nobody whom it does not concern, counts nobody twice, and counts from its answer on', async () => {
  const {
    apps: [app],
    state
  } = sending;
  const [changed, other] = [await plantPackage(state), await plantPackage(state)];
  const users = (packageId: string, caps = {}) =>
    Promise.all(Array.from({ length: USERS }, () => plantUser(state, { packageId, caps })));
  const follow = new Set(await users(changed.id));
  const own = await users(changed.id, { daily: 1_000_000 });
  const all = [...follow, ...own, ...(await users(other.id))];
  // With one sent each, a limit of one leaves nothing.
  const asked: Asked[] = [];
  for (const who of all) asked.push(await sending.ask(app.origin, who));
  const changes: Change[] = [];
  const beside = await sending.askWhile(all, { atOnce: AT_ONCE, restMs: 0 }, async () => {
    for (let n = 0; n < CHANGES; n++) {
      await sleep(80);
      const bars = n % 2 === 0;
      const from = performance.now();
      await app.owner.call('packages.update', {
        ...{ id: changed.id, seen: Number.MAX_SAFE_INTEGER, caps: { daily: bars ? 1 : 'inherit' } }
      });
      changes.push({ bars, from, until: performance.now() });
    }
    await sleep(80);
  });
  asked.push(...beside);
  expect(wrongAnswers(asked, changes, (who) => follow.has(who))).toEqual([]);
  const refused = asked.filter(({ granted }) => !granted);
  expect(refused.length).toBeGreaterThan(CHANGES);
  expect(asked.filter(({ who, granted }) => granted && follow.has(who)).length).toBeGreaterThan(CHANGES);
  expect(await usedByUsers(state)).toEqual(grantedOf(asked));
});

test('an answer is judged by what stands, and by either while it changes', () => {
  const changes = [
    { bars: true, from: 10, until: 12 },
    { bars: false, from: 20, until: 22 }
  ];
  const isWrong = (who: string, granted: boolean) => (from: number) =>
    wrongAnswers([{ who, granted, from, until: from + 1 }], changes, (each) => each === 'follows').length > 0;
  const times = [5, 9.5, 11, 11.5, 15, 25];
  expect(times.map(isWrong('follows', true))).toEqual([false, false, false, false, true, false]);
  expect(times.map(isWrong('follows', false))).toEqual([true, false, false, false, false, true]);
  expect(times.map(isWrong('own', true))).toEqual(times.map(() => false));
  expect(times.map(isWrong('own', false))).toEqual(times.map(() => true));
});
