import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// What people do to the ledger: who may not send, and how much somebody did. What comes of it is asked at the
// endpoints of programs.

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let sender: Planted;
/** Person whose sending is looked after; `lead`, who does it; `strong`, who may do more than `lead`. */
let olga: TestPerson;
let lead: TestPerson;
let strong: TestPerson;

const LEAD = [
  'people.administrators.view',
  'quotas.ledger.consume',
  'quotas.ledger.view_usage',
  'quotas.ledger.pause',
  'quotas.admin_quota.view_all',
  'quotas.admin_quota.view_usage_own',
  'quotas.admin_quota.raise_temporarily',
  'quotas.admin_quota.reset_counter'
];

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  sender = await plantApplication(state, { roleId: await role('Sending', ['quotas.ledger.consume']) });
  olga = await app.person('Olga Petrova', await role('Senders', []));
  lead = await app.person('Lea Lead', await role('Leads', LEAD));
  strong = await app.person('Stella Strong', await role('Strong', [...LEAD, 'audience.contacts.view']));
  for (const of of [app, second])
    await until(
      async () =>
        (await askEndpoint(of.origin, '/caps/v1/consume', { key: sender.key, body: {} })).status !== 401,
      'the key works'
    );
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

const person = ({ id }: { id: string }) => ({ type: 'administrator', id });
const application = ({ id }: { id: string }) => ({ type: 'application', id });

/** Answers of the endpoints of both processes to an ask of somebody's. */
async function consume(subject: object, units = 1): Promise<object[]> {
  const answers = [app, second].map(async ({ origin }) => {
    const body = { subject, units, key: randomUUID() };
    return (await askEndpoint(origin, '/caps/v1/consume', { key: sender.key, body })).body as object;
  });
  return Promise.all(answers);
}

/** The role of somebody. */
const roleOf = async (id: string) =>
  (await app.owner.call<{ role: { id: string } }>('administrators.get', { id })).role;

/** The newest entry of an action. */
async function entry(action: string): Promise<Record<string, unknown>> {
  const [row] =
    await state.sql`select doc from audit.entry where doc->>'action' = ${action} order by n desc limit 1`;
  return row!['doc'] as Record<string, unknown>;
}

/** Usage of a cap at this moment. */
async function capOf(id: string, cap: string, client = lead.client): Promise<Record<string, unknown>> {
  const usage = await client.call<{ caps: Record<string, Record<string, unknown>> }[]>('caps.usage', {
    ids: [id]
  });
  expect(usage).toHaveLength(1);
  return usage[0]!.caps[cap]!;
}

const seen = Number.MAX_SAFE_INTEGER;
const limit = (id: string, caps: object) => app.owner.call('administrators.update', { id, seen, caps });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const granted = [{ granted: true }, { granted: true }];

describe('[QUO-8] a pause', () => {
  const refused = (pause: object) =>
    [1, 2].map(() => ({ granted: false, units: 0, reason: 'paused', pause }));

  test.each<[string, () => Record<string, string> | 'platform', () => string]>([
    ['a person', () => person(olga), () => `administrator:${olga.id}`],
    ['an application', () => application(sender), () => `application:${sender.id}`],
    ['everybody', () => 'platform', () => 'platform']
  ])('of %s is in force at every process with its answer, says why, and ends', async (_, whose, account) => {
    const subject = whose();
    const asks = subject === 'platform' ? person(olga) : subject;
    expect(await consume(asks)).toMatchObject(granted);
    expect(await lead.client.call('caps.pause', { subject, reason: 'complaints' })).toEqual({
      paused: true,
      until: null
    });
    expect(await consume(asks)).toMatchObject(
      refused({ subject: account(), reason: 'complaints', by: 'Lea Lead', until: null })
    );
    expect(await entry('caps.paused')).toMatchObject({
      actor: { name: 'Lea Lead' },
      target: { id: subject === 'platform' ? 'platform' : subject['id'] },
      change: [
        { path: 'note', old: null, new: 'complaints' },
        { path: 'until', new: null }
      ]
    });
    // Another one takes its place.
    const end = new Date(Date.now() + 3_600_000).toISOString();
    await lead.client.call('caps.pause', { subject, reason: 'still', until: end });
    expect(await consume(asks)).toMatchObject(refused({ reason: 'still' }));
    expect(await entry('caps.paused')).toMatchObject({
      change: [
        { old: 'complaints', new: 'still' },
        { path: 'until', old: null, new: end }
      ]
    });
    const resume = () => lead.client.call('caps.resume', { subject, reason: 'solved' });
    expect(await resume()).toEqual({ paused: false, until: null });
    expect(await consume(asks)).toMatchObject(granted);
    expect(await entry('caps.resumed')).toMatchObject({
      change: [{ path: 'note', old: 'still', new: 'solved' }]
    });
    const rows = await state.rows();
    await resume();
    expect(await state.rows()).toBe(rows);
  });

  test('a pause ends by itself', async () => {
    await lead.client.call('caps.pause', {
      subject: person(olga),
      reason: 'for a moment',
      until: inDays(1)
    });
    expect(await consume(person(olga))).toMatchObject(refused({ reason: 'for a moment' }));
    const subject = `administrator:${olga.id}`;
    await state.audited(
      (tx) => tx`update send_pauses set until = now() + interval '0.7 s' where subject = ${subject}`
    );
    await until(async () => 'reason' in (await consume(person(olga)))[0]! === false, 'it ended');
  });

  test.each<[string, object, string]>([
    ['an end that is over', { until: '2020-01-01T00:00:00.000Z' }, 'until'],
    ['no reason', { reason: ' ' }, 'reason'],
    ['nobody', { subject: 'everybody' }, 'subject']
  ])('a pause takes no input with %s', async (_, change, field) => {
    const input = { subject: person(olga), reason: 'why', ...change };
    expect(await lead.client.refused('caps.pause', input)).toMatchObject({ code: 'input/invalid', field });
    expect(await consume(person(olga))).toMatchObject(granted);
  });
});

describe('[ACC-2] [ACC-4] nobody touches the sending', () => {
  const COMMANDS: [string, object][] = [
    ['caps.pause', { reason: 'why' }],
    ['caps.resume', {}],
    ['caps.raise', { cap: 'daily', amount: 1, until: inDays(1), reason: 'why' }],
    ['caps.endRaise', { cap: 'daily' }],
    ['caps.reset', { cap: 'daily', reason: 'why' }]
  ];

  test.each(COMMANDS)(
    '%s: of people one does not dominate, of the owner, of oneself',
    async (name, input) => {
      const of = (id: string) => lead.client.refused(name, { subject: person({ id }), ...input });
      expect(await of(strong.id)).toEqual({ code: 'access/not-dominated' });
      expect(await of(app.ownerId)).toEqual({ code: 'access/owner' });
      expect(await of(lead.id)).toEqual({ code: 'access/self' });
      expect(await entry('access.denied')).toMatchObject({
        target: { type: 'administrator', id: lead.id },
        reason: 'access/self',
        change: [{ path: 'procedure', new: name }]
      });
      expect(await of(randomUUID())).toEqual({ code: 'not-found', what: 'administrator' });
      const machine = await plantApplication(state, { roleId: 'admin' });
      const subject = application(machine);
      expect(await lead.client.refused(name, { subject, ...input })).toEqual({
        code: 'access/not-dominated'
      });
      expect(
        await lead.client.refused(name, { subject: application({ id: randomUUID() }), ...input })
      ).toEqual({
        code: 'not-found',
        what: 'application'
      });
      expect(await olga.client.refused(name, { subject: person(lead), ...input })).toMatchObject({
        code: 'access/permission-required'
      });
    }
  );

  test('somebody who was paused does not let themselves send again', async () => {
    await strong.client.call('caps.pause', { subject: person(lead), reason: 'complaints' });
    expect(await lead.client.refused('caps.resume', { subject: person(lead) })).toEqual({
      code: 'access/self'
    });
    expect(await consume(person(lead))).toMatchObject([{ granted: false }, { granted: false }]);
    await strong.client.call('caps.resume', { subject: person(lead) });
    expect(await consume(person(lead))).toMatchObject(granted);
  });
});

describe('[QUO-6] usage', () => {
  let ursula: TestPerson;

  beforeAll(async () => {
    const own = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Sees own usage',
      permissions: ['quotas.admin_quota.view_usage_own']
    });
    ursula = await app.person('Ursula Used', own.id);
    await limit(ursula.id, { hourly: 1000, daily: 100, monthly: 'unlimited' });
    expect(await consume(person(ursula), 20)).toMatchObject(granted);
  });

  test('usage says of each cap what was used, what is left, and when it is reached', async () => {
    const [usage] = await lead.client.call<object[]>('caps.usage', { ids: [ursula.id] });
    expect(usage).toEqual({
      subject: { type: 'administrator', id: ursula.id, name: 'Ursula Used' },
      caps: {
        hourly: {
          ...{ used: 40, held: 0, limit: 1000, source: 'administrator', forecastAt: null },
          resetsAt: expect.any(String)
        },
        daily: {
          ...{ used: 40, held: 0, limit: 100, source: 'administrator' },
          resetsAt: expect.any(String),
          forecastAt: expect.toSatisfy((at: unknown) => at === null || typeof at === 'string')
        },
        monthly: {
          ...{ used: 40, held: 0, limit: 'unlimited', source: 'platform', forecastAt: null },
          resetsAt: expect.any(String)
        },
        threads: {
          ...{ used: 0, held: 0, limit: 'unlimited', source: 'platform' },
          ...{ resetsAt: null, forecastAt: null }
        }
      }
    });
  });

  test('usage of everybody who has sent; of who is near a cap alone; of applications', async () => {
    const names = async (input: object) =>
      (await lead.client.call<{ subject: { name: string } }[]>('caps.usage', input)).map(
        ({ subject }) => subject.name
      );
    const all = await names({});
    expect(all).toEqual(expect.arrayContaining(['Lea Lead', 'Olga Petrova', 'Ursula Used']));
    expect(all).not.toContain('Stella Strong');
    expect(all.some((name) => name.startsWith('Planted'))).toBe(true);
    expect(await names({ near: true })).toEqual([]);
    await limit(ursula.id, { daily: 50 });
    expect(await names({ near: true })).toEqual(['Ursula Used']);
    expect(await names({ ids: [randomUUID(), strong.id, sender.id] })).toHaveLength(2);
    expect(await names({ ids: [] })).toEqual([]);
  });

  test('usage says that somebody is paused', async () => {
    await lead.client.call('caps.pause', { subject: person(ursula), reason: 'complaints', until: inDays(1) });
    const paused = { subject: `administrator:${ursula.id}`, reason: 'complaints', by: 'Lea Lead' };
    expect((await capOf(ursula.id, 'hourly'))['paused']).toMatchObject(paused);
    await lead.client.call('caps.resume', { subject: person(ursula) });
    expect(await capOf(ursula.id, 'hourly')).not.toHaveProperty('paused');
  });

  test('[QUO-11] usage is kept by the hour', async () => {
    const ask = (from: string, to: string) =>
      lead.client.call<{ units: number }[]>('caps.history', { subject: person(ursula), from, to });
    const hours = await ask(inDays(-1), inDays(1));
    expect(hours.reduce((sum, { units }) => sum + units, 0)).toBe(40);
    expect(await ask(inDays(-3), inDays(-2))).toEqual([]);
    const tooMuch = { subject: person(ursula), from: inDays(-401), to: inDays(0) };
    expect(await lead.client.refused('caps.history', tooMuch)).toMatchObject({
      code: 'input/invalid',
      field: 'from'
    });
  });

  test('usage of oneself takes less than of others', async () => {
    const needs = { code: 'access/permission-required', permission: 'quotas.ledger.view_usage' };
    const span = { from: inDays(-1), to: inDays(1) };
    expect((await capOf(ursula.id, 'daily', ursula.client))['used']).toBe(40);
    expect(await ursula.client.call('caps.history', { subject: person(ursula), ...span })).not.toEqual([]);
    for (const input of [{}, { ids: [] }, { ids: [ursula.id, olga.id] }])
      expect(await ursula.client.refused('caps.usage', input)).toEqual(needs);
    expect(await ursula.client.refused('caps.history', { subject: person(olga), ...span })).toEqual(needs);
    expect(await olga.client.refused('caps.usage', { ids: [olga.id] })).toEqual({
      code: 'access/permission-required',
      permission: 'quotas.admin_quota.view_usage_own'
    });
  });
});

describe('[QUO-7] a raise', () => {
  let rita: TestPerson;
  const raise = (over: object = {}) => ({
    ...{ subject: person(rita), cap: 'daily', amount: 5, until: inDays(1), reason: 'a launch' },
    ...over
  });

  beforeAll(async () => {
    rita = await app.person('Rita Raised', (await roleOf(olga.id)).id);
    await limit(rita.id, { daily: 2 });
    expect(await consume(person(rita))).toMatchObject(granted);
  });

  test('a raise counts from the next ask on, adds to another, is ended, and is in the log', async () => {
    expect(await consume(person(rita))).toMatchObject([{ reason: 'cap' }, { reason: 'cap' }]);
    expect(await lead.client.call('caps.raise', raise())).toEqual({ raised: 5 });
    expect(await consume(person(rita))).toMatchObject(granted);
    expect(await entry('caps.raised')).toMatchObject({
      target: { type: 'administrator', id: rita.id, name: 'Rita Raised' },
      change: [{ path: 'raised.daily', old: 0, new: 5 }, { path: 'until' }, { path: 'note', new: 'a launch' }]
    });
    expect(await lead.client.call('caps.raise', raise({ amount: 3, until: inDays(2) }))).toEqual({
      raised: 8
    });
    const cap = await capOf(rita.id, 'daily');
    expect(cap).toMatchObject({ limit: 10, raise: { amount: 8 } });
    expect(Date.parse((cap['raise'] as { until: string }).until)).toBeLessThan(Date.parse(inDays(1.5)));
    const end = { subject: person(rita), cap: 'daily', reason: 'the launch is over' };
    expect(await lead.client.call('caps.endRaise', end)).toEqual({ raised: 0 });
    expect(await entry('caps.raise_ended')).toMatchObject({
      change: [{ path: 'raised.daily', old: 8, new: 0 }, {}]
    });
    expect(await consume(person(rita))).toMatchObject([{ reason: 'cap' }, { reason: 'cap' }]);
    const rows = await state.rows();
    expect(await lead.client.call('caps.endRaise', end)).toEqual({ raised: 0 });
    expect(await state.rows()).toBe(rows);
  });

  test('a raise ends by itself', async () => {
    await lead.client.call('caps.raise', raise({}));
    expect(await capOf(rita.id, 'daily')).toMatchObject({ limit: 7 });
    const subject = `administrator:${rita.id}`;
    await state.audited(
      (tx) =>
        tx`update send_raises set until = now() + interval '0.7 s' where subject = ${subject} and until > now()`
    );
    await until(async () => (await capOf(rita.id, 'daily'))['limit'] === 2, 'it ended');
  });

  test('[ACC-4] not above one’s own cap, in several steps neither', async () => {
    await limit(lead.id, { daily: 10 });
    const above = { code: 'access/cap-above-own', cap: 'daily', limit: 10 };
    expect(await lead.client.refused('caps.raise', raise({ amount: 9 }))).toEqual(above);
    await lead.client.call('caps.raise', raise({ amount: 8 }));
    expect(await lead.client.refused('caps.raise', raise({ amount: 1 }))).toEqual(above);
    await lead.client.call('caps.endRaise', { subject: person(rita), cap: 'daily' });
    await limit(lead.id, { daily: 'inherit' });
  });

  test.each<[string, object, string]>([
    ['an end that is over', { until: '2020-01-01T00:00:00.000Z' }, 'until'],
    ['an end beyond 31 days', { until: inDays(31.1) }, 'until'],
    ['no reason', { reason: '' }, 'reason'],
    ['nothing to add', { amount: 0 }, 'amount'],
    ['a cap that is unlimited', { cap: 'hourly' }, 'cap'],
    ['the platform', { subject: 'platform' }, 'subject']
  ])('a raise takes no input with %s', async (_, over, field) => {
    expect(await lead.client.refused('caps.raise', raise(over))).toMatchObject({
      code: 'input/invalid',
      field
    });
  });
});

describe('[QUO-7] a reset', () => {
  test.each(['hourly', 'daily', 'monthly'])(
    'a reset of the %s counter opens a full cap, and is loud in the log',
    async (cap) => {
      const { id } = await app.person(`Rob ${cap}`, (await roleOf(olga.id)).id);
      await limit(id, { [cap]: 4 });
      expect(await consume(person({ id }), 2)).toMatchObject(granted);
      expect(await consume(person({ id }))).toMatchObject([{ reason: 'cap' }, { reason: 'cap' }]);
      const reset = { subject: person({ id }), cap, reason: 'a test went out' };
      expect(await lead.client.call('caps.reset', reset)).toEqual({ was: 4 });
      expect(await entry('caps.counter_reset')).toMatchObject({
        actor: { name: 'Lea Lead' },
        target: { id },
        change: [
          { path: `used.${cap}`, old: 4, new: 0 },
          { path: 'note', new: 'a test went out' }
        ]
      });
      expect(await consume(person({ id }), 2)).toMatchObject(granted);
      // The history keeps what went out.
      const hours = await lead.client.call<{ units: number }[]>('caps.history', {
        subject: person({ id }),
        ...{ from: inDays(-1), to: inDays(1) }
      });
      expect(hours.reduce((sum, { units }) => sum + units, 0)).toBe(8);
    }
  );

  test('a reset takes no cap that has no counter', async () => {
    const input = { subject: person(olga), cap: 'threads', reason: 'why' };
    expect(await lead.client.refused('caps.reset', input)).toMatchObject({ field: 'cap' });
  });
});

test('[ACC-6] caps of others are told to those who may see them, the platform’s own values apart', async () => {
  const [{ id: watchers }, { seq }] = await Promise.all([
    app.owner.call<{ id: string }>('roles.create', {
      name: 'Watchers',
      permissions: ['people.administrators.view']
    }),
    app.owner.call<{ seq: number }>('administrators.get', { id: olga.id })
  ]);
  const watcher = await app.person('Wanda Watcher', watchers);
  await app.owner.call('administrators.update', { id: olga.id, seen: seq, caps: { monthly: 4711 } });
  await app.owner.call('settings.update', { seen: 1_000_000, caps: { daily: 4242 } });
  const told = ({ client }: TestPerson) =>
    client.call<{ caps: unknown; bindingCaps: Record<string, unknown> | null }>('administrators.get', {
      id: olga.id
    });
  expect(await told(watcher)).toMatchObject({ caps: null, bindingCaps: null });
  const { caps, bindingCaps } = await told(lead);
  expect(caps).toMatchObject({ daily: 'inherit', monthly: 4711 });
  expect(bindingCaps).toMatchObject({ daily: null, monthly: { limit: 4711, source: 'administrator' } });
});
