import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import { declareAudited, openState, type StateProbe } from '../support/state';
import { until } from '../support/replica';

let app: TestConsole;
let state: StateProbe;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

type Role = { id: string; seq: number };
type Edited = { seq: number; applied: { granted: string[]; revoked: string[] } };
const TICK = 'people.roles.view';

test('[W-17] a late copy of a request that changed nothing changes nothing', async () => {
  const { id } = await app.owner.call<Role>('roles.create', { name: 'Late copies' });
  const untick = { op: randomUUID(), id, seen: 1, revoke: [TICK] };
  const first = await app.owner.call<Edited>('roles.edit', untick);
  await app.owner.call('roles.edit', { id, seen: 1, grant: [TICK] });
  expect(await app.owner.call<Edited>('roles.edit', untick)).toEqual(first);
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id });
  expect(permissions).toEqual([TICK]);
});

test('[S-08] at most ten sessions, however many begin at the same moment', async () => {
  const { id, email } = await app.person('Sam Sessions', 'compliance_officer');
  for (let n = 0; n < 8; n++) await app.anonymous().call('auth.signIn', { email, password: PASSWORD });
  await state.forgetTries();
  await Promise.all(
    Array.from({ length: 5 }, () => app.anonymous().call('auth.signIn', { email, password: PASSWORD }))
  );
  const [row] = await state.sql<
    { n: number }[]
  >`select count(*)::int as n from sessions where administrator_id = ${id}`;
  expect(row!.n).toBe(10);
});

test('[LIV-1] a damaged document holds nobody else up, and is named in the program’s log', async () => {
  const broken = await app.owner.call<Role>('roles.create', { name: 'Broken' });
  const sound = await app.owner.call<Role>('roles.create', { name: 'Sound' });
  await state.settled();
  const name = `role:${broken.id}`;
  await state.sql.begin(async (tx) => {
    await declareAudited(tx);
    await tx`update documents set clock = clock + 7 where name = ${name}`;
  });
  const before = await state.clocks();
  await app.owner.call('roles.edit', { id: broken.id, seen: broken.seq, grant: [TICK] });
  await app.owner.call('roles.edit', { id: sound.id, seen: sound.seq, grant: [TICK] });
  await state.settled();
  const after = await state.clocks();
  expect(after[`role:${sound.id}`]).toBeGreaterThan(before[`role:${sound.id}`]!);
  expect(after[name]).toBe(before[name]);
  await until(() => app.logged.some((line) => line['document'] === name), 'the damage is told');
});

test('[LOG-1] who guesses setup tokens cannot fill the log, and does not keep the operator out', async () => {
  await using bare = await startTestConsole({ bare: true });
  const probe = openState(bare.databaseUrl);
  const owner = { name: 'Maya Lindqvist', email: 'maya@northwind.example', password: PASSWORD };
  for (let n = 0; n < 30; n++)
    await bare.anonymous().refused('setup.createOwner', { ...owner, token: `wrong token ${n} of many` });
  expect(await probe.entries('setup.denied')).toBeLessThanOrEqual(21);
  await probe.close();
  await bare.owner.call('setup.createOwner', { ...owner, token: SETUP_TOKEN });
});
