import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CapUsages } from '../../src/lib/core/quotas/cap-usage';
import { platformMap } from '../../src/lib/documents/list-docs';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { sendAlerts } from '../../src/lib/server/services/quotas/send-alerts';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';

// [QUO-1] The platform total is a layer like the others: it has a gauge, alerts and a history.

let app: TestConsole;
let open: OpenConsole;
let state: StateProbe;
let relay: Planted;
/** Sets the caps of the platform; sees usage; sees their own alone. */
let setter: TestPerson;
let viewer: TestPerson;
let olga: TestPerson;
let before = 0;

beforeAll(async () => {
  app = await startTestConsole({ env: { WEBHOOK_LOOPBACK: 'allow' } });
  open = await openUseCases(app.databaseUrl);
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  relay = await plantApplication(state, {
    roleId: await role('Sending', ['quotas.ledger.consume']),
    name: 'Mail relay'
  });
  setter = await app.person(
    'Sven Setter',
    await role('Setters', ['quotas.platform_quota.set', 'quotas.platform_quota.view'])
  );
  viewer = await app.person(
    'Vera Viewer',
    await role('Viewers', ['quotas.ledger.view_usage', 'quotas.admin_quota.view_all'])
  );
  olga = await app.person('Olga Petrova', await role('Senders', ['quotas.admin_quota.view_usage_own']));
  await app.owner.call('settings.update', {
    seen: 1e6,
    mail: { host: 'localhost', port: 25, security: 'none', from: 'rolecall@northwind.example' }
  });
  const ask = { key: relay.key, body: {} };
  await until(async () => (await askEndpoint(app.origin, '/caps/v1/consume', ask)).status === 400, 'the key');
});
afterEach(() => sending({ totalDaily: 'unlimited', totalMonthly: 'unlimited', watchTotal: false }));
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await app.stop();
});

const sending = (fields: object) => app.owner.call('settings.update', { seen: 1e6, sending: fields });
const use = async (units: number, subject: object = { type: 'administrator', id: olga.id }) =>
  (
    await askEndpoint(app.origin, '/caps/v1/consume', {
      key: relay.key,
      body: { subject, units, key: randomUUID() }
    })
  ).body as { granted: boolean };
type Usage = { subject: object; caps: CapUsages };
const usage = async () => (await viewer.client.call<Usage[]>('caps.usage', { ids: ['platform'] }))[0]!;
const settled = async () => {
  const due = async () => (await state.sql`select 1 from ledger_alerts where told_at is null`).length > 0;
  while (await due()) await sendAlerts(open.deps);
};
/** Notices or mails about a cap that somebody got since the test began, oldest first. */
const told = async (id: string, table: 'notices' | 'mails' = 'notices') => {
  await settled();
  return state.sql<{ data: Record<string, string> }[]>`select data from ${state.sql(table)}
    where administrator_id = ${id} and kind in ('cap-near', 'cap-near-of') order by ${state.sql(table === 'mails' ? 'created_at' : 'at')}, (data->>'percent')::int`;
};
/** Sets a limit of so many units more than everybody together was counted today so far. */
async function roomFor(units: number): Promise<void> {
  const [row] = await state.sql<{ used: number }[]>`
    select day_used::int as used from ledger_accounts where account = 'platform'`;
  before = row?.used ?? 0;
  await sending({ totalDaily: before + units });
}

test('[QUO-1] [QUO-6] it has a gauge that moves with everybody’s charges, and none in what one person reads', async () => {
  using all = openReplica(viewer.client, 'gauges');
  using own = openReplica(olga.client, 'own');
  await all.synced();
  await own.synced();
  const total = () => platformMap(all.doc).get('total') as CapUsages | null | undefined;
  expect(total()).toBeNull();
  await roomFor(100);
  await use(3);
  await use(4, { type: 'application', id: relay.id });
  await until(() => total()?.daily.used === before + 7, 'the gauge');
  expect(total()).toMatchObject({
    daily: { limit: before + 100, source: 'platform', held: 0 },
    hourly: { limit: 'unlimited' }
  });
  expect(total()!.daily.forecastAt === null || Date.parse(total()!.daily.forecastAt!) > 0).toBe(true);
  const { caps, subject } = await usage();
  expect(subject).toEqual({ type: 'platform', id: 'platform', name: 'Everyone' });
  expect(caps.daily).toMatchObject({ used: before + 7, limit: before + 100, source: 'platform' });
  expect(platformMap(own.doc).get('total')).toBeNull();
  await app.owner.call('caps.pause', { subject: 'platform', reason: 'complaints' });
  await until(() => total()?.daily.paused?.reason === 'complaints', 'the pause shows');
  expect((await usage()).caps.daily.paused?.reason).toBe('complaints');
  await app.owner.call('caps.resume', { subject: 'platform' });
  await sending({ totalDaily: 'unlimited' });
  await until(() => total() === null, 'no limit, no gauge');
});

test('[QUO-9] whoever may set the platform’s caps is told at each threshold, on screen, by mail, by webhook; nobody else is', async () => {
  await app.owner.call('settings.setWebhook', { url: 'http://127.0.0.1:9/hook', seen: 0 });
  await roomFor(100_000);
  const limit = before + 100_000;
  const upTo = async (percent: number) => {
    const [row] = await state.sql<{ used: number }[]>`
      select day_used::int as used from ledger_accounts where account = 'platform'`;
    await use(Math.ceil((limit * percent) / 100) - (row?.used ?? 0));
  };
  for (const percent of [80, 90, 100]) await upTo(percent);
  expect(await use(1)).toMatchObject({ granted: false });
  for (const table of ['notices', 'mails'] as const) {
    const of = await told(setter.id, table);
    expect(of.map(({ data }) => data['percent'])).toEqual(['80', '90', '100']);
    expect(of[0]!.data).toMatchObject({ of: 'platform', cap: 'Daily limit', limit: String(limit) });
  }
  expect((await told(app.ownerId)).length).toBeGreaterThanOrEqual(3);
  for (const { id } of [viewer, olga]) expect(await told(id)).toEqual([]);
  const entries = await state.sql<{ doc: { target: object } }[]>`select doc from audit.entry
    where doc->>'action' = 'caps.threshold_reached' and doc->'target'->>'type' = 'platform'`;
  expect(entries).toHaveLength(3);
  const posts = await state.sql<{ body: string }[]>`select body from webhook_deliveries`;
  expect(posts.map(({ body }) => JSON.parse(body) as object)).toContainEqual(
    expect.objectContaining({
      data: expect.objectContaining({
        subject: { type: 'platform', id: 'platform', name: 'Everyone' },
        ...{ threshold: 100, watched: false }
      }) as object
    })
  );
});

test('[QUO-10] [QUO-9] watched, it refuses nothing, and says what it would have stopped: in the gauge, in mails, in the history', async () => {
  using all = openReplica(viewer.client, 'gauges');
  await all.synced();
  // Another limit than the test before: each is told of once a window.
  await roomFor(10);
  await sending({ totalDaily: 'unlimited', totalMonthly: before + 10, watchTotal: true });
  const seen = (await told(setter.id, 'mails')).length;
  expect(await use(10)).toMatchObject({ granted: true });
  expect(await use(5)).toMatchObject({ granted: true });
  const total = () => platformMap(all.doc).get('total') as CapUsages | null;
  await until(() => total()?.monthly.shadow?.over === 5, 'what it would have stopped');
  expect((await usage()).caps.monthly).toMatchObject({ used: before + 15, shadow: { over: 5 } });
  const mails = (await told(setter.id, 'mails')).slice(seen);
  expect(mails.at(-1)!.data).toMatchObject({ watched: 'yes', percent: '100' });
  const history = { subject: 'platform', from: new Date(Date.now() - 7_200_000).toISOString() };
  const hours = await viewer.client.call<{ units: number; over: number }[]>('caps.history', {
    ...history,
    to: new Date(Date.now() + 3_600_000).toISOString()
  });
  expect(hours.reduce((sum, { over }) => sum + over, 0)).toBe(5);
  expect(hours.reduce((sum, { units }) => sum + units, 0)).toBe(before + 15);
});

test('[QUO-10] [QUO-6] what a person’s watched cap would have stopped is in their gauge', async () => {
  using all = openReplica(viewer.client, 'gauges');
  await all.synced();
  await app.owner.call('administrators.update', { id: olga.id, seen: 1e6, caps: { monthly: 1 } });
  await sending({ watchMonthly: true });
  await use(2);
  const cell = () => all.doc.getMap<CapUsages>('gauges').get(`administrator:${olga.id}`);
  await until(() => cell()?.monthly.shadow?.over === 2, 'what it would have stopped');
  await sending({ watchMonthly: false });
  await app.owner.call('administrators.update', { id: olga.id, seen: 1e6, caps: { monthly: 'inherit' } });
});

test('[QUO-9] the marks of the gauges are the thresholds of the settings, for everybody who reads gauges', async () => {
  using all = openReplica(viewer.client, 'gauges');
  using own = openReplica(olga.client, 'own');
  for (const replica of [all, own]) await replica.synced();
  const marks = () => [all, own].map(({ doc }) => platformMap(doc).get('marks'));
  expect(marks()).toEqual([
    [80, 90],
    [80, 90]
  ]);
  await app.owner.call('settings.update', { seen: 1e6, alerts: { first: 50, second: 75 } });
  await until(() => marks().every((each) => JSON.stringify(each) === '[50,75]'), 'the marks');
  await app.owner.call('settings.update', { seen: 1e6, alerts: { first: 80, second: 90 } });
});

test('[QUO-11] its hours are in the export; who may not see usage is not told it', async () => {
  await roomFor(100);
  await use(2);
  const response = await fetch(`${app.origin}/export/usage`, { headers: { cookie: viewer.client.cookie } });
  const lines = (await response.text()).split(/\r?\n/u);
  expect(lines.filter((line) => line.startsWith('"platform","platform","Everyone",'))).not.toEqual([]);
  const ask = { ids: ['platform'] };
  expect((await olga.client.refused('caps.usage', ask)).code).toBe('access/permission-required');
  const period = { from: new Date(0).toISOString(), to: new Date().toISOString() };
  expect((await olga.client.refused('caps.history', { subject: 'platform', ...period })).code).toBe(
    'access/permission-required'
  );
});
