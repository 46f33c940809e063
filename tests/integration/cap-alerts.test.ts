import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { takeAlerts, type CapAlert } from '../../src/lib/server/db/tables/cap-alerts-table';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { sendAlerts } from '../../src/lib/server/services/quotas/send-alerts';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';

// [QUO-9] Who has used much of a cap is told, and whoever can raise it: once a window and threshold.

let app: TestConsole;
let open: OpenConsole;
let state: StateProbe;
let sender: Planted;
/** May raise the caps of whoever may do nothing; may raise nobody’s; may do more than the others. */
let lead: TestPerson;
let olga: TestPerson;
let strong: TestPerson;
let roles: { nothing: string };
let name: string;

beforeAll(async () => {
  app = await startTestConsole();
  open = await openUseCases(app.databaseUrl);
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  roles = { nothing: await role('Senders', []) };
  const raise = 'quotas.admin_quota.raise_temporarily';
  lead = await app.person('Lea Lead', await role('Leads', [raise, 'quotas.admin_quota.reset_counter']));
  strong = await app.person('Stella Strong', await role('Strong', [raise, 'audience.contacts.view']));
  sender = await plantApplication(state, { roleId: await role('Sending', ['quotas.ledger.consume']) });
  await app.owner.call('settings.update', {
    seen: 1e6,
    mail: { host: 'localhost', port: 25, security: 'none', from: 'rolecall@northwind.example' }
  });
  const ask = { key: sender.key, body: {} };
  await until(async () => (await askEndpoint(app.origin, '/caps/v1/consume', ask)).status === 400, 'the key');
});
/** A new Olga, who has sent nothing. */
async function fresh(): Promise<void> {
  name = `Olga ${randomUUID().slice(0, 8)}`;
  olga = await app.person(name, roles.nothing);
  await limit({ daily: 100 });
}
beforeEach(fresh);
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await app.stop();
});

const limit = (caps: object) => app.owner.call('administrators.update', { id: olga.id, seen: 1e6, caps });
const subject = () => ({ type: 'administrator', id: olga.id });
const endpoint = (name: string, body: object) =>
  askEndpoint(app.origin, `/caps/v1/${name}`, { key: sender.key, body });
const use = async (units: number) =>
  (await endpoint('consume', { subject: subject(), units, key: randomUUID() })).body as { granted: boolean };

/** Percentages that somebody was told of Olga, in order. */
const told = async (id: string, kind: string, table: 'notices' | 'mails' = 'notices') => {
  await settled();
  const rows = await state.sql<
    { percent: string }[]
  >`select data->>'percent' as percent from ${state.sql(table)}
    where administrator_id = ${id} and kind = ${kind} and data->>'name' = ${name} order by (data->>'percent')::int`;
  return rows.map(({ percent }) => Number(percent));
};
/** Two processes look at once, beside the console’s own. */
async function settled(): Promise<void> {
  const due = async () => (await state.sql`select 1 from ledger_alerts where told_at is null`).length > 0;
  while (await due()) await Promise.all([sendAlerts(open.deps), sendAlerts(open.deps)]);
}
const entries = async () =>
  state.sql<{ doc: { change: object[]; actor: object } }[]>`select doc from audit.entry
    where doc->>'action' = 'caps.threshold_reached' and doc->'target'->>'id' = ${olga.id} order by n`;

test('[QUO-9] at 80, 90 and 100 %, once each, by notice and mail; with an entry', async () => {
  await use(79);
  expect(await told(olga.id, 'cap-near')).toEqual([]);
  await Promise.all(Array.from({ length: 4 }, () => use(1)));
  expect(await told(olga.id, 'cap-near')).toEqual([80]);
  await use(17);
  expect(await use(1)).toMatchObject({ granted: false });
  // What was passed at once is one alert, the highest.
  expect(await told(olga.id, 'cap-near')).toEqual([80, 100]);
  expect(await told(olga.id, 'cap-near', 'mails')).toEqual([80, 100]);
  expect(await told(lead.id, 'cap-near-of')).toEqual([80, 100]);
  expect((await entries())[0]!.doc).toMatchObject({
    actor: { type: 'system' },
    change: [
      { path: 'threshold', new: 80 },
      // Asks that wait at the same moment are charged together.
      { path: 'used.daily', new: expect.toSatisfy((used: number) => used >= 80 && used <= 83) as number },
      { path: 'caps.daily', new: 100 }
    ]
  });
});

test('[QUO-9] [ACC-2] nobody is told who may not raise this cap', async () => {
  await app.owner.call('administrators.update', { id: olga.id, seen: 1e6, roleId: 'support' });
  await use(80);
  expect(await told(olga.id, 'cap-near')).toEqual([80]);
  // They may raise caps, and not those of somebody who may do more than they.
  for (const { id } of [lead, strong]) expect(await told(id, 'cap-near-of')).toEqual([]);
  expect(await told(app.ownerId, 'cap-near-of')).toEqual([80]);
});

test('[QUO-9] [QUO-7] a raise and a reset arm it again', async () => {
  await use(80);
  const raise = { subject: subject(), cap: 'daily', amount: 20, reason: 'a launch' };
  await lead.client.call('caps.raise', { ...raise, until: new Date(Date.now() + 3_600_000).toISOString() });
  await use(1);
  expect(await told(olga.id, 'cap-near')).toEqual([80]);
  await use(15);
  expect(await told(olga.id, 'cap-near')).toEqual([80, 80]);
  await lead.client.call('caps.reset', { subject: subject(), cap: 'daily', reason: 'again' });
  await use(95);
  expect(await told(olga.id, 'cap-near')).toEqual([80, 80]);
  await use(1);
  expect(await told(olga.id, 'cap-near')).toEqual([80, 80, 80]);
});

test('[QUO-9] thresholds are those of the settings; a reservation counts; caps of others do not', async () => {
  await app.owner.call('settings.update', { seen: 1e6, alerts: { first: 50, second: 60 } });
  await endpoint('reserve', { subject: subject(), units: 55, key: randomUUID() });
  expect(await told(olga.id, 'cap-near')).toEqual([50]);
  await app.owner.call('settings.update', { seen: 1e6, alerts: { first: 80, second: 90 } });
  await use(20);
  expect(await told(olga.id, 'cap-near')).toEqual([50]);
  await limit({ daily: 'unlimited', hourly: 0 });
  expect(await use(1)).toMatchObject({ granted: false });
  expect(await told(olga.id, 'cap-near')).toEqual([50]);
});

test('[QUO-9] whoever is killed while telling has told nobody: it is told again, once', async () => {
  const mine = async () =>
    (
      await state.sql`select 1 from ledger_alerts where account = ${`administrator:${olga.id}`} and told_at is null`
    ).length;
  let key = '';
  let taken: CapAlert[] = [];
  for (let turn = 0; taken.length === 0; turn++) {
    if (turn > 0) {
      // The console itself looks every two seconds: where it was quicker, it told, and it is somebody else’s turn.
      expect(await told(olga.id, 'cap-near')).toEqual([100]);
      expect(turn).toBeLessThan(20);
    }
    await fresh();
    key = randomUUID();
    const row = auditedTransaction(open.deps.db, async (tx) => {
      await endpoint('consume', { subject: subject(), units: 100, key });
      taken = await takeAlerts(tx, 20);
      throw new Error('killed');
    });
    await expect(row).rejects.toThrow('killed');
  }
  expect(taken).toMatchObject([{ cap: 'daily', threshold: 100, used: 100, limit: 100 }]);
  await settled();
  expect(await mine()).toBe(0);
  expect(await told(olga.id, 'cap-near')).toEqual([100]);
  // A lost answer that is asked again is no second charge, and no second alert.
  await endpoint('consume', { subject: subject(), units: 100, key });
  expect(await told(olga.id, 'cap-near')).toEqual([100]);
  expect(await entries()).toHaveLength(1);
});
