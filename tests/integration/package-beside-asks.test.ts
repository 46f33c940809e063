import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantApplication } from '../support/applications';
import { grantedOf, wrongAnswers, type Asked, type Change } from '../support/asks-beside-changes';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { plantPackage, plantUser } from '../support/users';

// [TEN-2] [QUO-1] A package that is changed while its users, and others, send without a pause, by two processes.

const USERS = 8;
const AT_ONCE = 12;
const CHANGES = 12;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let key: string;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Sending', permissions: ['quotas.ledger.consume'] }
  });
  ({ key } = await plantApplication(state, { roleId }));
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

async function ask(origin: string, who: string): Promise<Asked> {
  const body = { subject: { type: 'user', id: who }, units: 1, key: randomUUID() };
  const from = performance.now();
  const answer = await askEndpoint(origin, '/caps/v1/consume', { key, body });
  const { granted } = answer.body as { granted: boolean };
  expect(answer.status, answer.text).toBe(200);
  return { who, granted, from, until: performance.now() };
}

test('refuses nobody whom it does not concern, counts nobody twice, and counts from its answer on', async () => {
  const [changed, other] = [await plantPackage(state), await plantPackage(state)];
  const users = (packageId: string, caps = {}) =>
    Promise.all(Array.from({ length: USERS }, () => plantUser(state, { packageId, caps })));
  const follow = new Set(await users(changed.id));
  const own = await users(changed.id, { daily: 1_000_000 });
  const all = [...follow, ...own, ...(await users(other.id))];
  for (const { origin } of [app, second])
    await until(async () => {
      const body = { subject: { type: 'user', id: all[0] }, units: 1, key: 'first' };
      return (await askEndpoint(origin, '/caps/v1/consume', { key, body })).status === 200;
    }, 'the key works');
  // With one sent each, a limit of one leaves nothing.
  const asked: Asked[] = [];
  for (const who of all) asked.push(await ask(app.origin, who));
  const changes: Change[] = [];
  let isOver = false;
  let next = 0;
  const sending = Array.from({ length: AT_ONCE }, async (_, at) => {
    while (!isOver) asked.push(await ask([app, second][at % 2]!.origin, all[next++ % all.length]!));
  });
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
  isOver = true;
  await Promise.all(sending);
  expect(wrongAnswers(asked, changes, (who) => follow.has(who))).toEqual([]);
  const refused = asked.filter(({ granted }) => !granted);
  expect(refused.length).toBeGreaterThan(CHANGES);
  expect(asked.filter(({ who, granted }) => granted && follow.has(who)).length).toBeGreaterThan(CHANGES);
  const counted = await state.sql<{ account: string; used: number }[]>`
    select account, day_used::int as used from ledger_accounts where account like 'user:%'`;
  const granted = grantedOf(asked);
  // The first ask of all, under a key of its own, by both processes.
  granted.set(all[0]!, granted.get(all[0]!)! + 1);
  expect(new Map(counted.map(({ account, used }) => [account.slice('user:'.length), used]))).toEqual(granted);
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
