import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SenderCell } from '../../src/lib/documents/cells';
import { gaugesMap } from '../../src/lib/documents/list-docs';
import { AskGate } from '../../src/lib/server/services/quotas/ask-gate';
import { consume } from '../../src/lib/server/services/quotas/ledger';
import { LiveGauges } from '../../src/lib/server/services/quotas/live-gauges';
import { MergedAsks } from '../../src/lib/server/services/quotas/merged-asks';
import { release } from '../../src/lib/server/services/quotas/reservations';
import { plantApplication } from '../support/applications';
import { freePort, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { openTestLedger } from '../support/ledger';
import { PolicyClient } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { changePackage, changeUser, plantPackage, plantUser } from '../support/users';

// Users send by the same ledger as administrators: their caps are their own, else their package's, and whatever bars
// them counts at once at every endpoint.

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let key: string;
let policy: PolicyClient;
let lead: TestPerson;

const MAY_SEND = 'audience.contacts.view';
const LEAD = [
  ...['quotas.ledger.view_usage', 'quotas.ledger.pause', 'quotas.admin_quota.view_all'],
  ...['quotas.admin_quota.raise_temporarily', 'quotas.admin_quota.reset_counter', MAY_SEND]
];

beforeAll(async () => {
  const port = await freePort();
  app = await startTestConsole({ env: { POLICY_LISTEN: `127.0.0.1:${port}` } });
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const roleId = await role('Sending', ['quotas.ledger.consume', 'quotas.ledger.view_usage']);
  ({ key } = await plantApplication(state, { roleId }));
  lead = await app.person('Lea Lead', await role('Leads', LEAD));
  for (const { origin } of [app, second])
    await until(async () => (await endpoint('consume', {}, origin)).status !== 401, 'the key works');
  policy = await PolicyClient.open({ port, host: '127.0.0.1' });
});
afterAll(async () => {
  policy.vanish();
  await state.close();
  await second.stop();
  await app.stop();
});

const endpoint = (name: string, body: unknown, origin = app.origin) =>
  askEndpoint(origin, `/caps/v1/${name}`, { key, body });
const user = (id: string) => ({ type: 'user', id });

/** Answers of the endpoints of both processes to an ask for one recipient. */
const sends = async (subject: object): Promise<object[]> =>
  Promise.all(
    [app, second].map(
      async ({ origin }) =>
        (await endpoint('consume', { subject, units: 1, key: randomUUID() }, origin)).body as object
    )
  );

/** Answer of the policy socket at the end of a message to so many. */
const mail = (login: string, recipients = 1) =>
  policy.ask({
    ...{ sasl_username: login, recipient_count: recipients, policy_context: 'mx1' },
    ...{ instance: `${randomUUID()}.1`, queue_id: randomUUID().slice(0, 8) }
  });

const planted = async (caps: object = {}, own: object = {}, more: object = {}) => {
  const growth = await plantPackage(state, { permissions: [MAY_SEND], caps: caps as never });
  const email = `${randomUUID().slice(0, 8)}@orchard.example`;
  const given = { packageId: growth.id, name: 'Orchard & Vine', email, caps: own as never, ...more };
  return { id: await plantUser(state, given), email, growth };
};
const inMs = (ms: number) => new Date(Date.now() + ms);
const granted = [{ granted: true }, { granted: true }];
const refused = (reason: string) => [
  { granted: false, reason },
  { granted: false, reason }
];

describe('[TEN-2] [QUO-1] the cap of a user', () => {
  test('the cap of a user is its own, else its package’s, never above the platform’s, and says whose it is', async () => {
    const { id, growth } = await planted({ hourly: 50, daily: 2_000_000_000 }, {});
    const binding = async () => (await endpoint('peek', { subject: user(id) })).body as object;
    expect(await binding()).toMatchObject({
      binding: { layer: 'user', cap: 'hourly', limit: 50, source: 'package' }
    });
    await changeUser(state, id, { caps: { hourly: 80, daily: 'inherit', monthly: 'inherit', threads: 2 } });
    expect(await binding()).toMatchObject({ binding: { limit: 80, source: 'user' } });
    const usage = await lead.client.call<{ subject: object; caps: Record<string, object> }[]>('caps.usage', {
      ids: [id]
    });
    expect(usage).toMatchObject([
      {
        subject: { type: 'user', id, name: 'Orchard & Vine', package: { id: growth.id, name: growth.name } },
        caps: { hourly: { limit: 80, source: 'user' }, threads: { limit: 2, source: 'user' } }
      }
    ]);
    await app.owner.call('settings.update', { seen: 1e6, caps: { hourly: 60 } });
    expect(await binding()).toMatchObject({ binding: { limit: 60, source: 'platform' } });
    await app.owner.call('settings.update', { seen: 1e6, caps: { hourly: 'unlimited' } });
  });

  test('the cap of a user of a package that changes reaches all its users at every endpoint with the next ask', async () => {
    const { id, email, growth } = await planted({ daily: 1000 });
    const other = await plantUser(state, { packageId: growth.id, caps: { daily: 500 } });
    expect(await sends(user(id))).toMatchObject(granted);
    const less = { hourly: 'inherit', daily: 2, monthly: 'inherit', threads: 0 };
    await changePackage(state, growth.id, { caps: less });
    expect(await sends(user(id))).toMatchObject(refused('cap'));
    expect(await mail(email)).toMatch(
      /^451 4\.7\.1 Daily limit 2 of Orchard & Vine \(cap of the package\) is reached/
    );
    expect(await endpoint('leases', { subject: user(id), key: 'worker' })).toMatchObject({
      body: { granted: false, binding: { cap: 'threads', source: 'package' } }
    });
    // Whoever has its own is not touched by it.
    expect(await sends(user(other))).toMatchObject(granted);
    const rich = await plantPackage(state, { caps: { daily: 3 } });
    await changeUser(state, id, { package_id: rich.id });
    expect(await endpoint('consume', { subject: user(id), units: 1, key: randomUUID() })).toMatchObject({
      body: { granted: true, binding: { used: 3, limit: 3, source: 'package' } }
    });
  });
});

describe('[QUO-5] a user is found', () => {
  test('by its id, its address and a sending name, whether or not it is said that it is one', async () => {
    const { id, email } = await planted({}, {}, { sendingNames: [`orchard-${randomUUID().slice(0, 6)}`] });
    const [name] = await state.sql<{ name: string }[]>`select name from sending_names where user_id = ${id}`;
    let sent = 0;
    for (const login of [id, email.toUpperCase(), name!.name]) {
      expect(await sends({ type: 'user', id: login })).toMatchObject(granted);
      expect(await sends({ id: login })).toMatchObject(granted);
      expect(await mail(login)).toBe('DUNNO');
      sent += 5;
    }
    const used =
      await state.sql`select day_used::int as used from ledger_accounts where account = ${`user:${id}`}`;
    expect(used).toEqual([{ used: sent }]);
    // As another kind it is nobody.
    expect(await sends({ type: 'administrator', id: email })).toMatchObject(refused('unknown-subject'));
    expect(await sends({ type: 'application', id })).toMatchObject(refused('unknown-subject'));
    expect(await sends({ id: lead.email })).toMatchObject(granted);
    expect(await sends({ type: 'user', id: lead.email })).toMatchObject(refused('unknown-subject'));
  });

  test('by a name that whoever is gone had, only when nobody has it now', async () => {
    const { id, email, growth } = await planted({}, {}, { status: 'closed' });
    expect(await mail(email)).toMatch(/^550 5\.7\.1 The account of Orchard & Vine is closed/);
    const replacement = await plantUser(state, { packageId: growth.id, name: 'Heir', email });
    expect(await mail(email)).toBe('DUNNO');
    expect(
      await state.sql`select account from ledger_accounts where account in (${`user:${id}`}, ${`user:${replacement}`})`
    ).toEqual([{ account: `user:${replacement}` }]);
  });
});

describe('[TEN-7] what bars a user counts at every endpoint with its commit', () => {
  test.each([
    ['suspended', { status: 'suspended' }, 'suspended', /^550 5\.7\.1 Orchard & Vine is suspended/],
    [
      'being closed',
      { status: 'closing', closes_at: inMs(3_600_000) },
      'closed',
      /^550 5\.7\.1 The account of Orchard & Vine is closed/
    ],
    [
      'closed',
      { status: 'closed', closes_at: inMs(0), deleted_at: inMs(0) },
      'closed',
      /^550 5\.7\.1 The account of Orchard & Vine is closed/
    ]
  ] as const)('%s: nothing is granted any more', async (_, columns, reason, smtp) => {
    const { id, email } = await planted({ threads: 4 });
    const lease = await endpoint('leases', { subject: user(id), key: randomUUID() });
    const { lease: held } = lease.body as { lease: string };
    expect(held).toBeTruthy();
    expect(await sends(user(id))).toMatchObject(granted);
    expect(await mail(email)).toBe('DUNNO');
    await changeUser(state, id, columns);
    const told = await sends(user(id));
    expect(told).toMatchObject(refused(reason));
    expect((told[0] as { smtp: string }).smtp).toMatch(/^550 /);
    expect(await mail(email)).toMatch(smtp);
    expect(await endpoint('leases', { subject: user(id), key: randomUUID() })).toMatchObject({
      body: { granted: false, reason }
    });
    expect(await endpoint('leases/renew', { lease: held })).toMatchObject({
      body: { granted: false, reason }
    });
    expect(await endpoint('peek', { subject: user(id) })).toMatchObject({ body: { granted: false, reason } });
    expect(
      await state.sql`select day_used::int from ledger_accounts where account = ${`user:${id}`}`
    ).toEqual([{ day_used: 3 }]);
  });

  test('a suspension with an end is a matter of time, and over at that moment, whoever says so or not', async () => {
    const later = inMs(3_600_000);
    const { id, email } = await planted({}, {}, { status: 'suspended', suspendedUntil: later });
    const told = (await endpoint('consume', { subject: user(id), units: 1, key: 'early' })).body;
    expect(told).toMatchObject({
      ...{ granted: false, reason: 'suspended', until: later.toISOString() }
    });
    expect(await mail(email)).toMatch(/^451 4\.7\.1 Orchard & Vine is suspended, free again 20/);
    const end = inMs(1500);
    await changeUser(state, id, { suspended_until: end });
    await until(async () => (await mail(email)) === 'DUNNO', 'the suspension is over');
    expect(Date.now()).toBeGreaterThanOrEqual(end.getTime());
    expect(await sends(user(id))).toMatchObject(granted);
  });

  test('a closing that is over is a closed account, before any round says so', async () => {
    const { id } = await planted({}, {}, { status: 'closing', closesAt: inMs(-1000) });
    expect(await sends(user(id))).toMatchObject(refused('closed'));
  });
});

describe('[QUO-3] days and months of a user begin in its own time zone', () => {
  test.each([
    ['each ask on its own', false],
    ['asks put together', true]
  ])(
    'a change of it gives nobody a second day, and the total of the platform keeps its own: %s',
    async (_, together) => {
      const ledger = await openTestLedger(2);
      const probe = openState(ledger.url);
      const { db } = ledger.handle;
      const batcher = together ? { batcher: new MergedAsks(db, new AskGate(2)) } : {};
      try {
        await probe.audited(
          (tx) => tx`insert into settings (section, value, seq, by_name, at) values
          ('sending', ${tx.json({ totalDaily: 1000 })}, 1, 'Test', now()), ('general', ${tx.json({ timeZone: 'UTC' })}, 1, 'Test', now())`
        );
        const { id: packageId } = await plantPackage(probe, { caps: { daily: 10 } });
        const id = await plantUser(probe, { packageId, timeZone: 'Asia/Tokyo' });
        const ask = async (units: number) => {
          const subject = { type: 'user', id } as const;
          const answer = await consume({ db, ...batcher }, 'test', { subject, units, key: randomUUID() });
          if ('refused' in answer) throw new Error(answer.refused);
          return answer;
        };
        const total = () =>
          ledger.sql`select zone, day::text, day_used::int as used from ledger_accounts where account = 'platform'`;
        await ledger.setClock(new Date('2026-03-10T14:00:00Z')); // 23:00 in Tokyo
        expect(await ask(10)).toMatchObject({ granted: true });
        expect(await ask(1)).toMatchObject({
          granted: false,
          binding: { resetsAt: '2026-03-10T15:00:00.000Z' }
        });
        await ledger.setClock(new Date('2026-03-10T15:00:00Z')); // Midnight there; the installation's day goes on.
        expect(await ask(4)).toMatchObject({ granted: true });
        expect(await total()).toEqual([{ zone: 'UTC', day: '2026-03-10', used: 14 }]);
        // Eleven hours to the west it is the day before again: what was counted stays.
        await changeUser(probe, id, { time_zone: 'America/Havana' });
        expect(await ask(6)).toMatchObject({ granted: true });
        expect(await ask(1)).toMatchObject({ granted: false });
        await changeUser(probe, id, { time_zone: 'Asia/Tokyo' });
        expect(await ask(1)).toMatchObject({ granted: false });
        await changeUser(probe, id, { time_zone: null });
        expect(await ask(1)).toMatchObject({
          granted: false,
          binding: { resetsAt: '2026-03-11T00:00:00.000Z' }
        });
        expect(await total()).toEqual([{ zone: 'UTC', day: '2026-03-10', used: 20 }]);
        await ledger.setClock(new Date('2026-03-11T00:00:00Z'));
        expect(await ask(1)).toMatchObject({ granted: true });
        // Gauges say the same, in the zone of each.
        await changeUser(probe, id, { time_zone: 'Asia/Tokyo' });
        const gauges = new LiveGauges({ db });
        const seen = await gauges.look({ everybody: true, own: [] }, 0);
        expect(seen.cells.get(`user:${id}`)).toMatchObject({
          daily: { used: 1, limit: 10, resetsAt: '2026-03-11T15:00:00.000Z', source: 'package' }
        });
      } finally {
        await probe.close();
        await ledger.stop();
      }
    }
  );

  test('[QUO-4] what comes back of before a change of it takes nothing from a date that was begun anew since', async () => {
    const ledger = await openTestLedger(2);
    const probe = openState(ledger.url);
    const { db } = ledger.handle;
    try {
      const { id: packageId } = await plantPackage(probe, { caps: { daily: 10 } });
      const id = await plantUser(probe, { packageId, timeZone: 'America/Havana' });
      const subject = { type: 'user', id } as const;
      const ask = async (units: number, key: string) => consume({ db }, 'test', { subject, units, key });
      await ledger.setClock(new Date('2026-03-10T14:50:00Z')); // Ten to eleven in Havana, ten to midnight in Tokyo.
      expect(await ask(10, 'first')).toMatchObject({ granted: true });
      await changeUser(probe, id, { time_zone: 'Asia/Tokyo' });
      expect(await ask(1, 'none')).toMatchObject({ granted: false });
      await ledger.setClock(new Date('2026-03-10T15:00:00Z'));
      expect(await ask(6, 'second')).toMatchObject({ granted: true });
      await changeUser(probe, id, { time_zone: 'America/Havana' });
      expect(await ask(4, 'third')).toMatchObject({ granted: true });
      await release({ db }, 'test', { key: 'first' });
      expect(await ask(1, 'fourth')).toMatchObject({ granted: false });
    } finally {
      await probe.close();
      await ledger.stop();
    }
  });
});

describe('[QUO-7] [QUO-8] what administrators do to the sending of a user', () => {
  test('raise, pause and reset work as for administrators, for whoever may do all that the user may', async () => {
    const { id, email } = await planted({ daily: 2 });
    expect(await mail(email, 2)).toBe('DUNNO');
    expect(await mail(email)).toMatch(/^451/);
    const subject = user(id);
    const until = inMs(3_600_000).toISOString();
    const call = (name: string, more: object, client = lead.client) =>
      client.call(name, { subject, reason: 'a launch', ...more });
    await call('caps.raise', { cap: 'daily', amount: 1, until });
    expect(await mail(email)).toBe('DUNNO');
    await call('caps.reset', { cap: 'daily' });
    expect(await mail(email, 3)).toBe('DUNNO');
    await call('caps.pause', { until });
    expect(await mail(email)).toMatch(/^451 4\.7\.1 Sending of Orchard & Vine is paused by Lea Lead/);
    await call('caps.resume', {});
    await call('caps.endRaise', { cap: 'daily' });
    const [entry] = await state.sql<{ target: object }[]>`
      select doc->'target' as target from audit.entry where doc->>'action' = 'caps.raised' order by n desc limit 1`;
    expect(entry!.target).toEqual({ type: 'user', id, name: 'Orchard & Vine' });
  });

  test('[ACC-2] nobody touches a user whose package allows more than they may; [ACC-4] nor raises above their own', async () => {
    const strong = await plantPackage(state, { permissions: [MAY_SEND, 'audience.contacts.delete'] });
    const id = await plantUser(state, { packageId: strong.id, caps: { daily: 10 } });
    const raise = { cap: 'daily', amount: 1, until: inMs(60_000).toISOString(), reason: 'a launch' };
    for (const [name, more] of [
      ['caps.raise', raise],
      ['caps.pause', { reason: 'x' }],
      ['caps.reset', { cap: 'daily', reason: 'x' }]
    ] as const)
      expect(await lead.client.refused(name, { subject: user(id), ...more })).toMatchObject({
        code: 'access/not-dominated'
      });
    expect(await lead.client.refused('caps.raise', { subject: user(randomUUID()), ...raise })).toMatchObject({
      code: 'not-found'
    });
    const { id: weak } = await planted({ daily: 10 });
    await app.owner.call('administrators.update', { id: lead.id, seen: 1e6, caps: { daily: 12 } });
    const above = { subject: user(weak), ...raise, amount: 3 };
    expect(await lead.client.refused('caps.raise', above)).toMatchObject({ code: 'access/cap-above-own' });
    await lead.client.call('caps.raise', { ...above, amount: 2 });
    await app.owner.call('administrators.update', { id: lead.id, seen: 1e6, caps: { daily: 'inherit' } });
  });
});

describe('[QUO-6] [QUO-9] [QUO-11] how users stand', () => {
  test('their gauges are in the document of everybody’s, with package and status, and move', async () => {
    const { id, email, growth } = await planted({ daily: 10 });
    await mail(email, 9);
    const gauges = openReplica(lead.client, 'gauges');
    try {
      const cell = () => gaugesMap(gauges.doc).get(`user:${id}`) as SenderCell | undefined;
      await until(() => cell()?.daily.used === 9, 'the user is there');
      expect(cell()).toMatchObject({
        sender: { type: 'user', name: 'Orchard & Vine', status: 'active', package: { name: growth.name } },
        daily: { used: 9, limit: 10, source: 'package' }
      });
      await changeUser(state, id, { status: 'suspended' });
      await until(() => cell()?.sender.status === 'suspended', 'the suspension shows');
    } finally {
      gauges.destroy();
    }
  });

  test('[QUO-9] a user near its own cap is told of it, and so is whoever can raise it', async () => {
    const { id, email } = await planted({ daily: 10 });
    await mail(email, 9);
    const told = () =>
      state.sql<{ kind: string; user: string | null; administrator: string | null }[]>`
        select kind, user_id as user, administrator_id as administrator from notices where data->>'id' = ${id}`;
    await until(async () => (await told()).length > 1, 'they are told');
    expect(await told()).toContainEqual({ kind: 'cap-near', user: id, administrator: null });
    expect(await told()).toContainEqual({ kind: 'cap-near-of', user: null, administrator: lead.id });
  });

  test('history, refusals, near and the file of usage know them; whoever is near is told of in the log', async () => {
    const { id, email } = await planted({ daily: 10 });
    await mail(email, 9);
    await mail(email, 2);
    const hours = { from: inMs(-7_200_000).toISOString(), to: inMs(3_600_000).toISOString() };
    expect(await lead.client.call('caps.history', { subject: user(id), ...hours })).toMatchObject([
      { units: 9, over: 0 }
    ]);
    await until(
      async () => (await lead.client.call<object[]>('caps.refusals', { ids: [id] })).length > 0,
      'the refusal was written'
    );
    expect(await lead.client.call('caps.refusals', { ids: [id] })).toMatchObject([
      { subject: { type: 'user', id }, reason: 'cap', cap: 'daily', layer: 'package', day: { units: 2 } }
    ]);
    const near = await lead.client.call<{ subject: { id: string } }[]>('caps.usage', { near: true });
    expect(near.map(({ subject }) => subject.id)).toContain(id);
    const file = await fetch(`${app.origin}/export/usage?days=1`, {
      headers: { cookie: lead.client.cookie }
    });
    expect(await file.text()).toContain(`"user","${id}","Orchard & Vine"`);
    await until(
      async () =>
        (
          await state.sql`select 1 from audit.entry where doc->>'action' = 'caps.threshold_reached'
            and doc->'target'->>'id' = ${id}`
        ).length > 0,
      'the alert was told'
    );
  });
});
