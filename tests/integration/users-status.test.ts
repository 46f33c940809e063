import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USER_STATUSES, statusAt } from '../../src/lib/core/users/user-status';
import { listUsers } from '../../src/lib/server/db/tables/users-table';
import { endDue } from '../../src/lib/server/services/users/end-due';
import type { UserDetail } from '../../src/lib/server/services/users/user-answers';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { tenantsOf } from '../support/tenants';
import { openUseCases } from '../support/use-cases';

// Suspending, closing and deleting users, and what time makes of it.

const DAY = 86_400_000;
const seen = 1_000_000;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let open: OpenConsole;
let other: OpenConsole;
let make: ReturnType<typeof tenantsOf>;
let packageId: string;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  second.owner.cookie = app.owner.cookie;
  state = openState(app.databaseUrl);
  open = await openUseCases(app.databaseUrl);
  other = await openUseCases(app.databaseUrl);
  make = tenantsOf(app.owner, state);
  packageId = await make.package();
});
afterAll(async () => {
  await other.handle.close();
  await open.handle.close();
  await state.close();
  await second.stop();
  await app.stop();
});

const get = (id: string) => app.owner.call<UserDetail>('users.get', { id });
const entriesOf = async (id: string) =>
  (
    await state.sql<
      { action: string; by: string }[]
    >`select doc->>'action' as action, doc->'actor'->>'type' as by
      from audit.entry where doc->'target'->>'id' = ${id} order by n`
  ).map(({ action, by }) => `${action} by ${by}`);
const holding = async (text: string) =>
  (await state.sql`select 1 from audit.pii where convert_from(doc, 'UTF8') like ${`%${text}%`}`).length;
/** Ends what is over, unless the housekeeping of one of the consoles did it this very moment. */
const endOnce = async () => expect([0, 1]).toContain(await endDue(open.deps));
/** Puts the end of what is under way into the past, or where it is said. */
const ends = (id: string, at = new Date(Date.now() - 1000)) =>
  state.audited(
    (tx) => tx`update users set suspended_until = case when status = 'suspended' then ${at}::timestamptz end,
      closes_at = case when status = 'closing' then ${at}::timestamptz end where id = ${id}`
  );

describe('[TEN-7] the status of a user', () => {
  test('the status of a user is set with a reason and an end, and lifted', async () => {
    const id = await make.user(packageId);
    const until = new Date(Date.now() + DAY).toISOString();
    expect(await app.owner.call('users.suspend', { id, reason: 'Complaints', until })).toEqual({ seq: 2 });
    expect(await get(id)).toMatchObject({
      ...{
        status: 'suspended',
        statusReason: 'Complaints',
        statusBy: 'Maya Lindqvist',
        suspendedUntil: until
      },
      statusSince: expect.any(String)
    });
    // The same once more changes nothing.
    expect(await app.owner.call('users.suspend', { id, reason: 'Complaints', until })).toEqual({ seq: 2 });
    expect(await app.owner.call('users.suspend', { id, reason: 'Spam trap' })).toEqual({ seq: 3 });
    expect(await get(id)).toMatchObject({ statusReason: 'Spam trap', suspendedUntil: null });
    expect(await app.owner.call('users.reactivate', { id })).toEqual({ seq: 4 });
    expect(await get(id)).toMatchObject({
      status: 'active',
      statusReason: null,
      statusSince: null,
      statusBy: null
    });
    const past = new Date(Date.now() - 1000).toISOString();
    expect(await app.owner.refused('users.suspend', { id, reason: 'x', until: past })).toMatchObject({
      field: 'until'
    });
    for (const reason of ['', '  ', 'x'.repeat(501)])
      expect(await app.owner.refused('users.suspend', { id, reason })).toMatchObject({ field: 'reason' });
    // What is written about a client stands apart, where it can be erased.
    const inBody = await state.sql`select 1 from audit.entry where doc::text like '%Spam trap%'`;
    expect(inBody.length).toBe(0);
  });

  test('closing bars at once and takes 30 days; ending it takes what closing takes', async () => {
    const id = await make.user(packageId);
    const { closesAt } = await app.owner.call<{ closesAt: string }>('users.close', {
      id,
      reason: 'Contract ended'
    });
    expect(Math.abs(Date.parse(closesAt) - Date.now() - 30 * DAY)).toBeLessThan(60_000);
    expect(await get(id)).toMatchObject({ status: 'closing', closesAt, statusReason: 'Contract ended' });
    expect(await app.owner.call('users.close', { id, reason: 'Again' })).toEqual({ seq: 2, closesAt });
    expect(await app.owner.refused('users.suspend', { id, reason: 'x' })).toMatchObject({ field: 'id' });
    const permissions = ['tenants.users.activate', 'tenants.users.view'];
    const role = await app.owner.call<{ id: string }>('roles.create', { name: make.login(), permissions });
    const { client } = await app.person(`Ann ${make.login()}`, role.id);
    expect(await client.refused('users.reactivate', { id })).toMatchObject({
      permission: 'tenants.users.close'
    });
    await app.owner.call('users.reactivate', { id });
    expect(await get(id)).toMatchObject({ status: 'active', closesAt: null });
  });

  test('two who suspend and reactivate at the same moment: both are done, one after the other', async () => {
    const id = await make.user(packageId);
    for (let round = 0; round < 5; round++) {
      const before = (await get(id)).seq;
      const [one, two] = await Promise.all([
        app.owner.call<{ seq: number }>('users.suspend', { id, reason: `Round ${round}` }),
        second.owner.call<{ seq: number }>('users.reactivate', { id })
      ]);
      const now = await get(id);
      expect(now.seq).toBe(Math.max(one.seq, two.seq));
      expect(now.status).toBe(one.seq > two.seq || two.seq === before ? 'suspended' : 'active');
      const [row] =
        await state.sql`select status, status_reason, suspended_until from users where id = ${id}`;
      expect(row!['status'] === 'active').toBe(row!['status_reason'] === null);
      await app.owner.call('users.reactivate', { id });
    }
  });
});

describe('[LIV-6] a step that waited on a device', () => {
  const version = async (id: string) => (await get(id)).seq;
  const bar = (id: string, more: object = {}) =>
    app.owner.call('users.suspend', { id, reason: 'Complaints', ...more });

  test('lets nobody in whom somebody barred since', async () => {
    const id = await make.user(packageId);
    await bar(id);
    const old = await version(id);
    await app.owner.call('users.reactivate', { id, seen: old });
    await second.owner.call('users.suspend', { id, reason: 'Spam trap' });
    const conflict = {
      ...{ code: 'conflict/changed-since', field: 'status', yours: 'active', theirs: 'suspended' },
      ...{ by: 'Maya Lindqvist', at: expect.any(String), version: await version(id) }
    };
    expect(await app.owner.refused('users.reactivate', { id, seen: old })).toEqual(conflict);
    expect(await get(id)).toMatchObject({ status: 'suspended', statusReason: 'Spam trap' });
    // Nor is that suspension written over; who is active is suspended whatever happened.
    expect(await app.owner.refused('users.suspend', { id, reason: 'x', seen: old })).toMatchObject({
      version: conflict.version
    });
    const { results } = await app.owner.call<{ results: { refused: unknown }[] }>('users.bulk', {
      ...{ ids: [id], seen: { [id]: old }, action: { kind: 'reactivate' } }
    });
    expect(results).toEqual([{ id, refused: conflict }]);
    await app.owner.call('users.reactivate', { id, seen: conflict.version });
    await bar(id, { seen: old });
    expect(await get(id)).toMatchObject({ status: 'suspended' });
    // A field that was changed meanwhile is another matter.
    const now = await version(id);
    await app.owner.call('users.update', { id, seen, name: `Other ${make.login()}` });
    expect(await app.owner.call('users.reactivate', { id, seen: now })).toEqual({ seq: now + 2 });
  });

  test('a step that waited on a device closes no account whose closing somebody stopped since', async () => {
    const id = await make.user(packageId);
    const old = await version(id);
    await app.owner.call('users.close', { id, reason: 'x', seen: old });
    await app.owner.call('users.reactivate', { id });
    expect(await app.owner.refused('users.close', { id, reason: 'x', seen: old })).toMatchObject({
      ...{ code: 'conflict/changed-since', yours: 'closing', theirs: 'active' }
    });
  });

  test('a step on an administrator that waited on a device is judged alike', async () => {
    const person = await app.person(`Pat ${make.login()}`, 'support');
    const { id } = person;
    const seq = async () => (await app.owner.call<{ seq: number }>('administrators.get', { id })).seq;
    await app.owner.call('administrators.suspend', { id });
    const old = await seq();
    await app.owner.call('administrators.reactivate', { id, seen: old });
    await app.owner.call('administrators.suspend', { id });
    expect(await app.owner.refused('administrators.reactivate', { id, seen: old })).toMatchObject({
      ...{ code: 'conflict/changed-since', field: 'status', theirs: 'suspended', version: await seq() }
    });
    await app.owner.call('administrators.delete', { id });
    const gone = await seq();
    expect(await app.owner.refused('administrators.reactivate', { id, seen: gone - 1 })).toMatchObject({
      ...{ theirs: 'deactivated', version: gone }
    });
    await app.owner.call('administrators.reactivate', { id, seen: gone });
  });
});

describe('[TEN-7] what time does', () => {
  test('somebody who acts before the system leaves the end of a suspension with its entry', async () => {
    const id = await make.user(packageId);
    await app.owner.call('users.suspend', {
      id,
      reason: 'x',
      until: new Date(Date.now() + DAY).toISOString()
    });
    await ends(id);
    await app.owner.call('users.suspend', { id, reason: 'Again' });
    expect(await entriesOf(id)).toEqual([
      ...['user.created by administrator', 'user.suspended by administrator'],
      ...['user.reactivated by system', 'user.suspended by administrator']
    ]);
  });

  test('a suspension whose end has passed is over at once, and is written by the system', async () => {
    const id = await make.user(packageId);
    await app.owner.call('users.suspend', {
      id,
      reason: 'x',
      until: new Date(Date.now() + DAY).toISOString()
    });
    await ends(id);
    expect(await get(id)).toMatchObject({ status: 'active', statusReason: null, suspendedUntil: null });
    await endOnce();
    expect(await entriesOf(id)).toEqual([
      ...['user.created by administrator', 'user.suspended by administrator', 'user.reactivated by system']
    ]);
    const [row] = await state.sql`select status, status_reason, suspended_until from users where id = ${id}`;
    expect(row).toEqual({ status: 'active', status_reason: null, suspended_until: null });
    expect(await endDue(open.deps)).toBe(0);
  });

  test('a closing that is over closes the account: what is personal is erased, id and name stay', async () => {
    const name = `Gone ${make.login()}`;
    const id = await make.user(packageId, { name, ipAllowlist: ['192.0.2.55'], timeZone: 'Europe/Berlin' });
    const { email } = await get(id);
    await app.owner.call('users.addSendingName', { id, name: make.login() });
    await app.owner.call('users.update', { id, seen, email: make.address() });
    await app.owner.call('users.close', { id, reason: 'Wants to be forgotten' });
    const address = (await get(id)).email;
    await ends(id);
    expect(await get(id)).toMatchObject({ status: 'closed' });
    // Nothing can be done to it any more, though it is not written yet.
    for (const path of ['users.reactivate', 'users.suspend', 'users.close'])
      expect(
        await app.owner.refused(path, {
          id,
          reason: 'x',
          ...(path === 'users.reactivate' ? { reason: undefined } : {})
        }),
        path
      ).toEqual({ code: 'not-found', what: 'user' });
    await endOnce();
    expect(await get(id)).toMatchObject({
      ...{ id, name, status: 'closed', email: '', ipAllowlist: [], timeZone: null, sendingNames: [] },
      ...{ statusReason: null, statusBy: 'Rolecall' }
    });
    expect(await entriesOf(id)).toContain('user.closed by system');
    // Of what the log kept apart, nothing names them; the entries stay.
    for (const said of [email, address, '192.0.2.55', 'Wants to be forgotten'])
      await until(async () => (await holding(said)) === 0, `${said} is erased`);
    // The first address stays theirs as a sending name, until the end.
    expect((await entriesOf(id)).length).toBe(7);
    // The address is free again.
    expect(await app.owner.call('users.create', { name: 'Next', email: address, packageId })).toMatchObject({
      seq: 1
    });
    const { items } = await app.owner.call<{ items: { id: string }[] }>('users.list', {
      status: 'closed',
      search: name
    });
    expect(items.map((item) => item.id)).toEqual([id]);
  });

  test('two processes at once write it once', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) {
      const id = await make.user(packageId);
      await app.owner.call(n % 2 ? 'users.close' : 'users.suspend', { id, reason: 'x' });
      await ends(id);
      ids.push(id);
    }
    await Promise.all([endDue(open.deps), endDue(other.deps), endDue(open.deps)]);
    for (const id of ids)
      expect(
        (await entriesOf(id)).filter((line) => line.endsWith('system') && !line.startsWith('audit')).length
      ).toBe(1);
  });

  test('a clock that is ahead ends nothing, neither the process’s nor the database’s', async () => {
    const id = await make.user(packageId);
    await app.owner.call('users.close', { id, reason: 'x' });
    // The process thinks it is next year.
    expect(await endDue(open.deps, new Date(Date.now() + 365 * DAY))).toBe(0);
    // The database does: what it holds to be over is in the future of the process.
    await ends(id);
    expect(await endDue(open.deps, new Date(Date.now() - DAY))).toBe(0);
    expect((await state.sql`select status from users where id = ${id}`)[0]).toEqual({ status: 'closing' });
    expect(await endDue(open.deps)).toBe(1);
  });

  test('the filter of the list says the same as the one rule', async () => {
    const now = new Date();
    const moments = [null, new Date(now.getTime() - 1000), now, new Date(now.getTime() + 1000)];
    const rule = new Map<string, string>();
    for (const status of USER_STATUSES)
      for (const at of moments) {
        if ((status === 'closing' || status === 'closed') && at === null) continue;
        const id = await make.user(packageId, { name: `Filter ${randomUUID()}` });
        const until = status === 'suspended' ? at : null;
        const closesAt = status === 'closing' || status === 'closed' ? at : null;
        await state.audited(
          (tx) => tx`update users set status = ${status}, suspended_until = ${until}, closes_at = ${closesAt},
            deleted_at = ${status === 'closed' ? now : null} where id = ${id}`
        );
        rule.set(
          id,
          statusAt(
            { status, suspendedUntil: until?.getTime() ?? null, closesAt: closesAt?.getTime() ?? null },
            now.getTime()
          )
        );
      }
    for (const status of USER_STATUSES) {
      const rows = await listUsers(open.deps.db, { status, search: 'Filter ' }, { limit: 200, now });
      const expected = [...rule].filter(([, told]) => told === status).map(([id]) => id);
      expect(rows.map(({ id }) => id).sort(), status).toEqual(expected.sort());
    }
    expect(rule.size).toBeGreaterThan(10);
    await endDue(open.deps, new Date(now.getTime() + 60_000));
  });
});

test('[TEN-1] a deleted user is gone at once, with what the log kept apart; the name stays, and a closed one can be deleted too', async () => {
  const id = await make.user(packageId);
  const { email, name } = await get(id);
  await app.owner.call('users.addSendingName', { id, name: make.login() });
  expect(await app.owner.call('users.delete', { id })).toEqual({ deleted: true });
  expect(await app.owner.refused('users.get', { id })).toEqual({ code: 'not-found', what: 'user' });
  expect(await app.owner.refused('users.delete', { id })).toEqual({ code: 'not-found', what: 'user' });
  expect((await state.sql`select 1 from sending_names where user_id = ${id}`).length).toBe(0);
  await until(async () => (await holding(email)) === 0, 'it is erased');
  const [last] = await state.sql<{ name: string }[]>`select doc->'target'->>'name' as name from audit.entry
    where doc->>'action' = 'user.deleted' and doc->'target'->>'id' = ${id}`;
  expect(last?.name).toBe(name);
  // Closed, with its package gone meanwhile.
  const [from, to] = [await make.package(), await make.package()];
  const closed = await make.user(from);
  await app.owner.call('users.close', { id: closed, reason: 'x' });
  await ends(closed);
  await endDue(open.deps);
  await app.owner.call('packages.delete', { id: from, replaceWith: to });
  expect(await get(closed)).toMatchObject({ status: 'closed', package: { id: from } });
  expect(await app.owner.call('users.delete', { id: closed })).toEqual({ deleted: true });
});
