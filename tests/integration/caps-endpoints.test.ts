import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [QUO-4] [QUO-5] The endpoints of the ledger over HTTP, with keys, as whoever sends mail asks there.

let app: TestConsole;
let state: StateProbe;
/** May charge and look; may look alone. */
const keys = { sender: '', other: '', viewer: '' };
let olga: TestPerson;

const ask = (endpoint: string, body: unknown, key = keys.sender) =>
  askEndpoint(app.origin, `/caps/v1/${endpoint}`, { key, body });
const subject = (id = olga.id) => ({ type: 'administrator', id });
const limit = (id: string, caps: object) => app.owner.call('administrators.update', { id, seen: 1e6, caps });

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const planted = async (name: string, permissions: string[]) => {
    const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name, permissions });
    return (await plantApplication(state, { roleId, name })).key;
  };
  keys.sender = await planted('First layer', ['quotas.ledger.consume', 'quotas.ledger.view_usage']);
  keys.other = await planted('Second layer', ['quotas.ledger.consume']);
  keys.viewer = await planted('Gauges', ['quotas.ledger.view_usage']);
  olga = await app.person('Olga Petrova', 'support');
  for (const key of Object.values(keys))
    await until(async () => (await ask('peek', {}, key)).status !== 401, 'the key works');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

test('[QUO-4] consume: charged once, answered again, refused with what binds', async () => {
  await limit(olga.id, { hourly: 10, daily: 1000 });
  const first = { subject: subject(), units: 8, key: 'message-1' };
  const charged = await ask('consume', first);
  expect(charged).toMatchObject({
    status: 200,
    body: {
      ...{ granted: true, units: 8 },
      binding: { layer: 'administrator', cap: 'hourly', limit: 10, used: 8, held: 0, remaining: 2 }
    }
  });
  expect((charged.body as { revision: number }).revision).toBeGreaterThan(0);
  expect(charged.text).not.toContain('Petrova');
  // By the address, which is the same person and so the same ask.
  expect((await ask('consume', { ...first, subject: subject(olga.email.toUpperCase()) })).body).toEqual(
    charged.body
  );
  expect(await ask('consume', { ...first, units: 7 })).toMatchObject({
    status: 422,
    body: { code: 'ledger/key-reused' }
  });
  const refused = await ask('consume', { subject: subject(), units: 3, key: 'message-2' });
  expect(refused).toMatchObject({
    status: 200,
    body: { granted: false, units: 0, reason: 'cap', binding: { cap: 'hourly', remaining: 2 } }
  });
  // In the words of a mail server, by the name that was asked for.
  const { smtp } = refused.body as { smtp: string };
  expect(smtp).toMatch(
    /^451 4\.7\.1 Hourly rate 10 of \S+ \(own cap\) has 2 left for 3 recipients, free again 20\d\d-/
  );
  expect(refused.text).not.toContain('Petrova');
  const { resetsAt } = (refused.body as { binding: { resetsAt: string } }).binding;
  expect(Date.parse(resetsAt) - Date.now()).toBeGreaterThan(58 * 60_000);
  expect(
    await ask('consume', { subject: subject(), units: 3, key: 'message-2', partial: true })
  ).toMatchObject({
    body: { granted: true, units: 2 }
  });
  // Another caller's key of the same name is another one.
  expect(await ask('consume', first, keys.other)).toMatchObject({ body: { granted: false } });
});

test('[QUO-4] reserve, commit and release; a reservation is its caller’s, and is resolved once', async () => {
  const { id } = await app.person('Omar Haddad', 'support');
  await limit(id, { daily: 100 });
  const reserve = (key: string) => ask('reserve', { subject: subject(id), units: 60, key, ttlSeconds: 60 });
  const held = await reserve('batch-1');
  const { reservation } = held.body as { reservation: string };
  expect(held).toMatchObject({
    body: { granted: true, units: 60, binding: { used: 0, held: 60, remaining: 40 } }
  });
  expect((await reserve('batch-1')).body).toEqual(held.body);
  expect(await reserve('batch-2')).toMatchObject({
    body: { granted: false, reservation: null, expiresAt: null }
  });
  expect(await ask('commit', { reservation }, keys.other)).toMatchObject({
    status: 404,
    body: { code: 'ledger/unknown' }
  });
  expect(await ask('commit', { reservation, units: 61 })).toMatchObject({
    status: 422,
    body: { code: 'ledger/above-hold', held: 60 }
  });
  expect(await ask('commit', { reservation, units: 45 })).toMatchObject({
    status: 200,
    body: { units: 45, returned: 15 }
  });
  expect(await ask('commit', { reservation, units: 45 })).toMatchObject({
    status: 409,
    body: { code: 'ledger/committed', units: 45 }
  });
  const second = (await ask('reserve', { subject: subject(id), units: 5, key: 'batch-3' })).body as {
    reservation: string;
  };
  expect(await ask('release', second)).toMatchObject({ status: 400 });
  expect(await ask('release', { reservation: second.reservation })).toMatchObject({
    body: { units: 0, returned: 5 }
  });
  expect(await ask('release', { key: 'batch-3' })).toMatchObject({
    status: 409,
    body: { code: 'ledger/released' }
  });
  await ask('consume', { subject: subject(id), units: 10, key: 'sent' });
  expect(await ask('release', { key: 'sent' })).toMatchObject({ body: { returned: 10 } });
  expect(await ask('peek', { subject: subject(id) })).toMatchObject({
    body: { granted: true, binding: { used: 45, held: 0 } }
  });
});

test('[QUO-3] leases: as many as there are threads', async () => {
  const { id } = await app.person('Lea Lease', 'support');
  await limit(id, { threads: 1 });
  const lease = (key: string) => ask('leases', { subject: subject(id), key });
  const one = await lease('connection-1');
  expect(one).toMatchObject({ body: { granted: true, binding: { cap: 'threads', used: 1, remaining: 0 } } });
  expect(await lease('connection-2')).toMatchObject({ body: { granted: false, reason: 'cap', lease: null } });
  const { lease: held } = one.body as { lease: string };
  expect(await ask('leases/renew', { lease: held })).toMatchObject({ body: { granted: true, lease: held } });
  const end = (of: string, key = keys.sender) =>
    askEndpoint(app.origin, `/caps/v1/leases/${of}`, { key, method: 'DELETE' });
  expect((await end(held, keys.other)).status).toBe(204);
  expect(await lease('connection-2')).toMatchObject({ body: { granted: false } });
  expect((await end(held)).status).toBe(204);
  expect(await ask('leases/renew', { lease: held })).toMatchObject({
    status: 409,
    body: { code: 'ledger/expired' }
  });
  expect(await lease('connection-2')).toMatchObject({ body: { granted: true } });
  expect((await end('nothing')).status).toBe(404);
});

describe('[QUO-8] whoever may not send gets nothing, at every endpoint', () => {
  const everywhere = async (id: string) => {
    const asked = () => ({ subject: subject(id), key: randomUUID() });
    const endpoints = [
      await ask('consume', { ...asked(), units: 1 }),
      await ask('reserve', { ...asked(), units: 1 }),
      await ask('peek', { subject: subject(id) }),
      await ask('leases', asked())
    ];
    return [
      ...new Set(
        endpoints.map(
          ({ status, body }) => `${status} ${JSON.stringify(body).match(/"reason":"([a-z-]+)"/)?.[1]}`
        )
      )
    ];
  };

  test('whoever is suspended sends nothing until they are back', async () => {
    const { id } = await app.person('Sven Suspended', 'support');
    const { lease } = (await ask('leases', { subject: subject(id), key: randomUUID() })).body as {
      lease: string;
    };
    await app.owner.call('administrators.suspend', { id });
    expect(await everywhere(id)).toEqual(['200 suspended']);
    expect(await ask('leases/renew', { lease })).toMatchObject({
      body: { granted: false, reason: 'suspended' }
    });
    await app.owner.call('administrators.reactivate', { id });
    expect(await everywhere(id)).toEqual(['200 undefined']);
  });

  test('whoever is deactivated sends nothing, and nobody is sent for who is not known', async () => {
    const { id } = await app.person('Dana Deactivated', 'support');
    await app.owner.call('administrators.delete', { id, hard: false });
    expect(await everywhere(id)).toEqual(['200 deactivated']);
    expect(await everywhere(randomUUID())).toEqual(['200 unknown-subject']);
    expect(await everywhere('dana.deactivated@northwind.example')).toEqual(['200 deactivated']);
    expect(await everywhere('nobody@northwind.example')).toEqual(['200 unknown-subject']);
    expect(await ask('peek', { subject: subject('nobody@northwind.example') })).toMatchObject({
      body: { smtp: '451 4.7.1 No sender is known as nobody@northwind.example' }
    });
  });

  test.each(['person', 'platform'])('a pause of the %s, until it ends', async (whose) => {
    const { id } = await app.person(`Pia ${whose}`, 'support');
    const paused = whose === 'person' ? `administrator:${id}` : 'platform';
    await state.audited(async (tx) => {
      await tx`insert into send_pauses (subject, reason, by_id, by_name) values (${paused}, 'complaints', ${app.ownerId}, 'Maya')`;
    });
    expect(await everywhere(id)).toEqual(['200 paused']);
    expect((await ask('peek', { subject: subject(id) })).body).toMatchObject({
      pause: { subject: paused, reason: 'complaints', by: 'Maya', until: null }
    });
    await state.audited((tx) => tx`update send_pauses set until = now() where subject = ${paused}`);
    expect(await everywhere(id)).toEqual(['200 undefined']);
  });
});

test('[QUO-8] whoever is suspended while an ask waits for its turn is refused', async () => {
  const { id } = await app.person('Wanda Waiting', 'support');
  await ask('consume', { subject: subject(id), units: 1, key: 'before' });
  let waiting: ReturnType<typeof ask> | undefined;
  await state.sql.begin(async (tx) => {
    await tx`select 1 from ledger_accounts where account = ${`administrator:${id}`} for update`;
    waiting = ask('consume', { subject: subject(id), units: 1, key: 'meanwhile' });
    // Within a transaction Postgres shows what others do as it was at the first look, unless it is told to look again.
    const waits = async () =>
      (await tx`select pg_stat_clear_snapshot()`) &&
      (
        await tx`select 1 from pg_stat_activity where query like '%ledger_charge%' and wait_event_type = 'Lock'
        and datname = current_database()`
      ).length > 0;
    await until(waits, 'it waits');
    await app.owner.call('administrators.suspend', { id });
    await tx`select pg_sleep(1.1)`;
  });
  expect(await waiting).toMatchObject({ status: 200, body: { granted: false, reason: 'suspended' } });
});

test('[QUO-7] a raise counts until it ends', async () => {
  const { id } = await app.person('Rita Raised', 'support');
  await limit(id, { daily: 10 });
  await state.audited(
    (tx) => tx`insert into send_raises (id, subject, cap, amount, until, reason, by_id, by_name)
    values (${randomUUID()}, ${`administrator:${id}`}, 'daily', 5, now() + interval '1 hour', 'launch', ${app.ownerId}, 'Maya')`
  );
  expect(await ask('peek', { subject: subject(id), units: 15 })).toMatchObject({
    body: { granted: true, binding: { limit: 15 } }
  });
  await state.audited((tx) => tx`update send_raises set until = now()`);
  expect(await ask('peek', { subject: subject(id), units: 15 })).toMatchObject({
    body: { granted: false, binding: { limit: 10, resetsAt: null } }
  });
});

test.each<[string, unknown, string]>([
  ['consume', { units: 1, key: 'k' }, 'subject'],
  ['consume', { subject: { type: 'identity', id: '1' }, units: 1, key: 'k' }, 'subject.type'],
  ['consume', { subject: { type: 'administrator', id: '1' }, units: 0, key: 'k' }, 'units'],
  ['consume', { subject: { type: 'administrator', id: '1' }, units: 1.5, key: 'k' }, 'units'],
  ['consume', { subject: { type: 'administrator', id: '1' }, units: '1', key: 'k' }, 'units'],
  ['consume', { subject: { type: 'administrator', id: '1' }, units: 1, key: 'with space' }, 'key'],
  [
    'reserve',
    { subject: { type: 'administrator', id: '1' }, units: 1, key: 'k', ttlSeconds: 1e9 },
    'ttlSeconds'
  ],
  ['commit', { reservation: 'r' }, 'reservation'],
  ['leases/renew', { lease: 'l' }, 'lease']
])('what is wrong is said, and where: %s %j', async (endpoint, body, field) => {
  expect(await ask(endpoint, body)).toMatchObject({ status: 400, body: { code: 'input/invalid', field } });
});

test('[QUO-4] a key that was given back is spent at both endpoints', async () => {
  const { id } = await app.person('Rosa Released', 'support');
  await limit(id, { daily: 10 });
  for (const [endpoint, more] of [
    ['consume', {}],
    ['reserve', { ttlSeconds: 60 }]
  ] as const) {
    const asked = { subject: subject(id), units: 4, key: `spent-${endpoint}`, ...more };
    expect(await ask(endpoint, asked)).toMatchObject({ body: { granted: true } });
    expect(await ask('release', { key: asked.key })).toMatchObject({ body: { returned: 4 } });
    expect(await ask(endpoint, asked)).toMatchObject({ status: 409, body: { code: 'ledger/released' } });
  }
  expect(await ask('peek', { subject: subject(id), units: 10 })).toMatchObject({ body: { granted: true } });
});

test('[ACC-6] whoever may only look cannot charge, and the other way round', async () => {
  for (const endpoint of ['consume', 'reserve', 'commit', 'release', 'leases', 'leases/renew'])
    expect(await ask(endpoint, {}, keys.viewer)).toMatchObject({
      status: 403,
      body: { permission: 'quotas.ledger.consume' }
    });
  expect(await ask('peek', {}, keys.other)).toMatchObject({
    status: 403,
    body: { permission: 'quotas.ledger.view_usage' }
  });
});
