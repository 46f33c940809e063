import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SHIPPED_SETTINGS } from '../../src/lib/core/settings/settings';
import { plantApplication } from '../support/applications';
import { freePort, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { PolicyClient, type PolicyAttributes } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// What the settings say of sending, as whoever sends meets it.

let app: TestConsole;
let state: StateProbe;
let key: string;
let policy: PolicyClient;
let policyPort: number;

beforeAll(async () => {
  policyPort = await freePort();
  app = await startTestConsole({ env: { POLICY_LISTEN: `127.0.0.1:${policyPort}` } });
  state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Sending',
    permissions: ['quotas.ledger.consume', 'quotas.ledger.view_usage']
  });
  ({ key } = await plantApplication(state, { roleId }));
  policy = await PolicyClient.open({ port: policyPort, host: '127.0.0.1' });
  await until(async () => (await ask('peek', {})).status === 400, 'the key works');
});
beforeEach(() => set(SHIPPED_SETTINGS.sending));
afterAll(async () => {
  policy.vanish();
  await state.close();
  await app.stop();
});

const ask = (endpoint: string, body: object) =>
  askEndpoint(app.origin, `/caps/v1/${endpoint}`, { key, body });
const set = (sending: object) => app.owner.call('settings.update', { seen: 1e6, sending });
let people = 0;
const person = async (caps: object): Promise<TestPerson> => {
  const made = await app.person(`Sender ${++people}`, 'support');
  await app.owner.call('administrators.update', { id: made.id, seen: 1e6, caps });
  return made;
};
const consume = async ({ id }: { id: string }, units: number) =>
  (await ask('consume', { subject: { type: 'administrator', id }, units, key: randomUUID() })).body as object;
const mail = (login: string, more: PolicyAttributes = {}) =>
  policy.ask({
    sasl_username: login,
    instance: randomUUID(),
    queue_id: 'A1',
    policy_context: 'mx1',
    ...more
  });

test('[QUO-1] the total of the platform refuses who comes too late, by its name, and is nobody’s usage', async () => {
  const [olga, omar] = [await person({ daily: 100 }), await person({ daily: 100 })];
  await set({ totalDaily: 10 });
  expect(await consume(olga, 7)).toMatchObject({
    granted: true,
    binding: { layer: 'platform', remaining: 3 }
  });
  expect(await consume(omar, 4)).toMatchObject({
    ...{ granted: false, reason: 'cap' },
    binding: { layer: 'platform', cap: 'daily', limit: 10, used: 7, remaining: 3 }
  });
  expect(await mail(omar.email, { recipient_count: 4 })).toMatch(
    /^451 4\.7\.1 Daily limit 10 of everyone has 3 left/
  );
  expect(await consume(omar, 3)).toMatchObject({ granted: true });
  const lease = await ask('leases', { subject: { type: 'administrator', id: omar.id }, key: randomUUID() });
  expect(lease.body).toMatchObject({ granted: true });
  const usage = await app.owner.call<{ subject: { id: string }; caps: object }[]>('caps.usage', {});
  expect(usage.find(({ subject }) => subject.id === omar.id)).toMatchObject({
    caps: { daily: { used: 3, limit: 100 }, threads: { used: 1 } }
  });
  await set({ totalDaily: 'unlimited' });
  expect(await consume(omar, 4)).toMatchObject({ granted: true, binding: { layer: 'administrator' } });
});

test('[QUO-3] smooth sending lets the next one pass when its time has come, and says when', async () => {
  const olga = await person({ hourly: 60 });
  await set({ smooth: true });
  const before = Date.now();
  expect(await consume(olga, 2)).toMatchObject({ granted: true });
  const after = Date.now();
  const refused = (await consume(olga, 1)) as { binding: { resetsAt: string } };
  expect(refused).toMatchObject({
    ...{ granted: false, reason: 'cap' },
    binding: { cap: 'hourly', limit: 60, used: 2, remaining: 58, smooth: true }
  });
  // Two of sixty an hour are two minutes.
  const resets = Date.parse(refused.binding.resetsAt);
  expect(resets - before).toBeGreaterThan(115_000);
  expect(resets - after).toBeLessThan(125_000);
  for (const protocol_state of ['RCPT', 'END-OF-MESSAGE'])
    expect(await mail(olga.email, { protocol_state })).toMatch(
      /^451 4\.7\.1 Hourly rate 60 of .* is spread evenly, free again /
    );
  await set({ smooth: false });
  expect(await consume(olga, 1)).toMatchObject({ granted: true });
});

test('[QUO-10] a cap that is watched refuses nothing, and its usage says what it would have', async () => {
  const olga = await person({ daily: 5, monthly: 8 });
  await set({ watchDaily: true });
  expect(await consume(olga, 7)).toMatchObject({ granted: true });
  expect(await consume(olga, 2)).toMatchObject({ granted: false, binding: { cap: 'monthly' } });
  const [usage] = await app.owner.call<{ caps: Record<string, object> }[]>('caps.usage', { ids: [olga.id] });
  expect(usage!.caps['daily']).toMatchObject({ used: 7, limit: 5, shadow: { over: 7 } });
  expect(usage!.caps['monthly']).not.toHaveProperty('shadow');
  await set({ watchDaily: false });
  expect(await consume(olga, 1)).toMatchObject({ granted: false, binding: { cap: 'daily' } });
});

test('[QUO-5] mail of a login that nobody has is refused, or let through where the settings say so', async () => {
  const states = ['RCPT', 'END-OF-MESSAGE'].map((protocol_state) => ({ protocol_state }));
  for (const each of states)
    expect(await mail('nobody@northwind.example', each)).toMatch(/^451 4\.7\.1 No sender/);
  await set({ unknownSenders: 'pass' });
  for (const each of states) expect(await mail('nobody@northwind.example', each)).toBe('DUNNO');
  // Programs are told all the same: they decide themselves.
  expect(await consume({ id: randomUUID() }, 1)).toMatchObject({ granted: false, reason: 'unknown-subject' });
});

test('[ACC-4] nobody sets themselves free by having a cap only watched: it takes to be unlimited, or the owner', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Platform caps',
    permissions: ['quotas.platform_quota.view', 'quotas.platform_quota.set']
  });
  const lee = await app.person('Lee Limited', id);
  await app.owner.call('administrators.update', { id: lee.id, seen: 1e6, caps: { daily: 100 } });
  const watch = (sending: object) =>
    lee.client.call<{ refused: object[] }>('settings.update', { seen: 1e6, sending });
  expect((await watch({ watchDaily: true })).refused).toMatchObject([
    { field: 'sending.watchDaily', code: 'access/cap-above-own', cap: 'daily', limit: 100 }
  ]);
  expect(await consume(lee, 101)).toMatchObject({ granted: false });
  // Their other caps have no limit: they may do with them as they like.
  expect((await watch({ watchHourly: true })).refused).toEqual([]);
  // What is watched already may stay so, and be enforced again.
  await set({ watchDaily: true });
  expect((await watch({ watchDaily: true, smooth: true })).refused).toEqual([]);
  expect((await watch({ watchDaily: false })).refused).toEqual([]);
});

test('[QUO-5] mail that nobody signed in for goes on while the ledger is held up', async () => {
  const omar = await person({ daily: 100 });
  expect(await mail(omar.email, { recipient_count: 1 })).toBe('DUNNO');
  await state.sql.begin(async (tx) => {
    await tx`select 1 from ledger_accounts where account = ${`administrator:${omar.id}`} for update`;
    // More than there are turns.
    const others = await Promise.all(
      Array.from({ length: 12 }, () => PolicyClient.open({ port: policyPort, host: '127.0.0.1' }))
    );
    const held = others.map((client) =>
      client.ask({
        ...{ sasl_username: omar.email, instance: randomUUID(), queue_id: 'A2' },
        ...{ policy_context: 'mx1', recipient_count: 1 }
      })
    );
    await sleep(300);
    expect(await mail('', { recipient_count: 1 })).toBe('DUNNO');
    for (const each of held) void each.catch(() => undefined);
    for (const client of others) client.vanish();
  });
});
