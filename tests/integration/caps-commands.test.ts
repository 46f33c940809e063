import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askDoor } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// What people do to the ledger: who may not send, and how much somebody did. What comes of it is asked at the doors of programs.

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let sender: Planted;
/** Whose sending is looked after; who does it; somebody who may do more than they. */
let olga: TestPerson;
let lead: TestPerson;
let strong: TestPerson;

const LEAD = [
  'people.administrators.view',
  'quotas.ledger.consume',
  'quotas.ledger.view_usage',
  'quotas.ledger.pause',
  'quotas.admin_quota.view_all',
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
        (await askDoor(of.origin, '/caps/v1/consume', { key: sender.key, body: {} })).status !== 401,
      5000,
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

/** What the doors of both processes say to an ask of somebody's. */
async function consume(subject: object, units = 1): Promise<object[]> {
  const answers = [app, second].map(async ({ origin }) => {
    const body = { subject, units, key: randomUUID() };
    return (await askDoor(origin, '/caps/v1/consume', { key: sender.key, body })).body as object;
  });
  return Promise.all(answers);
}

/** The newest entry of an action. */
async function entry(action: string): Promise<Record<string, unknown>> {
  const [row] =
    await state.sql`select doc from audit.entry where doc->>'action' = ${action} order by n desc limit 1`;
  return row!['doc'] as Record<string, unknown>;
}

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

  test('ends by itself', async () => {
    await lead.client.call('caps.pause', {
      subject: person(olga),
      reason: 'for a moment',
      until: new Date(Date.now() + 700).toISOString()
    });
    expect(await consume(person(olga))).toMatchObject(refused({ reason: 'for a moment' }));
    await until(async () => 'reason' in (await consume(person(olga)))[0]! === false, 5000, 'it ended');
  });

  test.each<[string, object, string]>([
    ['an end that is over', { until: '2020-01-01T00:00:00.000Z' }, 'until'],
    ['no reason', { reason: ' ' }, 'reason'],
    ['nobody', { subject: 'everybody' }, 'subject']
  ])('takes no input with %s', async (_, change, field) => {
    const input = { subject: person(olga), reason: 'why', ...change };
    expect(await lead.client.refused('caps.pause', input)).toMatchObject({ code: 'input/invalid', field });
    expect(await consume(person(olga))).toMatchObject(granted);
  });
});

describe('[ACC-2] [ACC-4] nobody touches the sending', () => {
  const COMMANDS: [string, object][] = [
    ['caps.pause', { reason: 'why' }],
    ['caps.resume', {}]
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
