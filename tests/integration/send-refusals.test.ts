import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantApplication, type Planted } from '../support/applications';
import { freePort, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { PolicyClient } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// Who was refused to send, by what; and everybody's usage as a file.

let app: TestConsole;
let state: StateProbe;
let relay: Planted;
let policy: number;
let watcher: TestPerson;
let reader: TestPerson;

beforeAll(async () => {
  policy = await freePort();
  app = await startTestConsole({ env: { POLICY_LISTEN: `127.0.0.1:${policy}` } });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  relay = await plantApplication(state, { roleId: await role('Sending', ['quotas.ledger.consume']) });
  const usage = ['quotas.ledger.view_usage', 'people.administrators.view'];
  watcher = await app.person('Wim Watcher', await role('Watching', usage));
  reader = await app.person('Rita Reader', await role('Reading', [...usage, 'quotas.admin_quota.view_all']));
  await until(
    async () =>
      (await askEndpoint(app.origin, '/caps/v1/consume', { key: relay.key, body: {} })).status !== 401,
    'the key works'
  );
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

let made = 0;
const sender = async (caps: object, name = `Sender R${++made}x`) => {
  const email = `r${randomUUID()}@northwind.example`;
  const { id } = await app.owner.call<{ id: string }>('administrators.create', {
    ...{ name, email, roleId: 'support' }
  });
  await app.owner.call('administrators.update', { id, seen: 1e6, caps });
  return { id, name, email };
};
const consume = (id: string, units: number, endpoint = 'consume') =>
  askEndpoint(app.origin, `/caps/v1/${endpoint}`, {
    key: relay.key,
    body: { subject: { type: 'administrator', id }, units, key: randomUUID() }
  });
type Line = {
  subject: { id: string };
  reason: string;
  cap: string | null;
  layer: string | null;
  day: object;
  hour: object;
};
const refusalsOf = (id: string, client = watcher.client) =>
  client.call<Line[]>('caps.refusals', { ids: [id] });
/** Refusals known of somebody once so many lines are written. */
async function written(id: string, lines: number): Promise<Line[]> {
  let known: Line[] = [];
  await until(async () => (known = await refusalsOf(id)).length >= lines, 'refusals are written');
  return known;
}

test('[QUO-6] who was refused is told with the cap, whose it is and how many recipients; what was granted is not', async () => {
  const { id, email, name } = await sender({ daily: 5 });
  await consume(id, 5);
  await consume(id, 2);
  await consume(id, 3, 'reserve');
  // Looking is no ask.
  await askEndpoint(app.origin, '/caps/v1/peek', {
    ...{ key: relay.key, body: { subject: { type: 'administrator', id }, units: 9 } }
  });
  const client = await PolicyClient.open({ port: policy, host: '127.0.0.1' });
  const mail = { sasl_username: email, queue_id: '4R', recipient_count: 4 };
  expect(await client.ask({ ...mail, instance: randomUUID() })).toMatch(/^451 4\.7\.1 Daily limit 5/);
  await app.owner.call('caps.pause', { subject: { type: 'administrator', id }, reason: 'Complaints' });
  await consume(id, 1);
  client.vanish();
  const known = await written(id, 2);
  const count = { asks: 3, units: 9 };
  expect(known).toHaveLength(2);
  expect(known).toContainEqual(
    expect.objectContaining({
      ...{ subject: { type: 'administrator', id, name }, reason: 'cap', cap: 'daily', layer: 'own' },
      ...{ hour: count, day: count }
    })
  );
  expect(known).toContainEqual(
    expect.objectContaining({ reason: 'paused', cap: null, layer: null, day: { asks: 1, units: 1 } })
  );
});

test('[QUO-6] an hour and a day pass, and whoever is gone is not told of', async () => {
  const { id } = await sender({ daily: 0 });
  await consume(id, 7);
  await written(id, 1);
  const shift = (by: string) =>
    state.sql`update send_refusals set slot = slot - ${by}::interval where account = ${`administrator:${id}`}`;
  await shift('2 hours');
  expect(await refusalsOf(id)).toMatchObject([{ hour: { asks: 0, units: 0 }, day: { asks: 1, units: 7 } }]);
  await shift('1 day');
  expect(await refusalsOf(id)).toEqual([]);
  await shift('-26 hours');
  expect(await refusalsOf(id)).toHaveLength(1);
  await app.owner.call('administrators.delete', { id });
  expect(await refusalsOf(id)).toEqual([]);
});

test('[QUO-2] of oneself it takes less than of others', async () => {
  const own = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Own usage', permissions: ['quotas.admin_quota.view_usage_own'] }
  });
  const plain = await app.person('Pia Plain', own.id);
  const { id } = await sender({});
  expect((await plain.client.refused('caps.refusals', { ids: [id] })).code).toBe(
    'access/permission-required'
  );
  expect((await plain.client.refused('caps.refusals', {})).code).toBe('access/permission-required');
  expect(await refusalsOf(plain.id, plain.client)).toEqual([]);
});

/** Fetches everybody's usage as a browser does. */
const fetchUsage = (client: TestPerson['client'], more = '', headers: Record<string, string> = {}) =>
  fetch(`${app.origin}/export/usage${more}`, { headers: { cookie: client.cookie, ...headers } });

test('[QUO-11] everybody’s usage is exported hour by hour, safe in a spreadsheet, in several parts', async () => {
  const evil = await sender({}, '=HYPERLINK("x")');
  await consume(evil.id, 3);
  const many = `administrator:${randomUUID()}`;
  await state.sql`insert into ledger_hours
    select ${many}, floor(extract(epoch from now()) / 3600)::bigint - n, (n > 20)::int, 0 from generate_series(1, 7020) n`;
  const response = await fetchUsage(reader.client);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="rolecall-usage-[-\d]+\.csv"$/
  );
  const text = Buffer.from(await response.arrayBuffer()).toString();
  const lines = text.split('\r\n');
  expect(lines[0]).toBe('\uFEFF"Type","Id","Name","Hour (UTC)","Recipients","Over a watched cap"');
  expect(lines.filter((line) => line.includes(many.split(':')[1]!))).toHaveLength(7000);
  expect(new Set(lines).size).toBe(lines.length);
  const [row, ...others] = lines.filter((line) => line.includes(evil.id));
  expect(others).toEqual([]);
  expect(row).toMatch(/^"administrator","[-0-9a-f]+","'=HYPERLINK\(""x""\)","[-\d]+T[\d:.]+Z",3,0$/);
  const recent = (await (await fetchUsage(reader.client, '?days=1')).text()).split('\r\n');
  expect(recent.filter((line) => line.includes(many.split(':')[1]!)).length).toBeLessThanOrEqual(5);
});

test('[QUO-11][ACC-6] usage is exported to whoever may see it and all caps, from our own pages, and to nobody else', async () => {
  expect((await fetchUsage(watcher.client)).status).toBe(403);
  expect((await fetch(`${app.origin}/export/usage`)).status).toBe(401);
  expect((await fetchUsage(reader.client, '', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await fetchUsage(reader.client, '?days=9999')).status).toBe(404);
  await state.settled();
  const denied = await state.sql`select doc from audit.entry where doc->>'action' = 'access.denied'
    and doc->'actor'->>'id' = ${watcher.id} and doc::text like '%caps.export%'`;
  expect(denied).toHaveLength(1);
  await app.owner.call('administrators.suspend', { id: reader.id });
  expect((await fetchUsage(reader.client)).status).toBe(401);
});
