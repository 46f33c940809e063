import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagesMap, usersMap } from '../../src/lib/documents/list-docs';
import type { PackagePreview, PackageView } from '../../src/lib/server/services/packages/package-answers';
import type { UserDetail } from '../../src/lib/server/services/users/user-answers';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { countNews, openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { OWN_RIGHTS, signedInUsers } from '../support/tenant-sign-in';
import { tenantsOf } from '../support/tenants';
import { plantUserRole } from '../support/users';

// Packages through the console: a role of users, caps, counts and switches that users refer to.

const SEND = 'audience.contacts.view';
const RIGHTS = ['view', 'add', 'edit', 'delete'].map((right) => `tenants.packages.${right}`);
const seen = 1_000_000;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let make: ReturnType<typeof tenantsOf>;
/** Handles packages and users, and holds nothing of what users do. */
let clerk: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  second.owner.cookie = app.owner.cookie;
  state = openState(app.databaseUrl);
  make = tenantsOf(app.owner, state);
  const permissions = [...RIGHTS, 'tenants.users.view', 'tenants.users.edit', 'tenants.users.add'];
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Clerks', permissions });
  clerk = await app.person('Cleo Clerk', id);
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

const get = (id: string) => app.owner.call<PackageView>('packages.get', { id });

describe('[TEN-2] a package', () => {
  test('a package is made, listed, changed field by field, and told with its history', async () => {
    const roleId = await plantUserRole(state, [SEND]);
    const { id, seq } = await app.owner.call<{ id: string; seq: number }>('packages.create', {
      ...{ name: 'Growth', roleId, caps: { daily: 30_000 }, counts: { contacts: 100_000 } },
      switches: { dkim: true }
    });
    expect(await get(id)).toEqual({
      ...{ id, name: 'Growth', role: { id: roleId, name: roleId }, users: 0, seq: 1 },
      caps: { hourly: 'inherit', daily: 30_000, monthly: 'inherit', threads: 'inherit' },
      counts: {
        sendingDomains: 'unlimited',
        sendingNodes: 'unlimited',
        contacts: 100_000,
        keys: 'unlimited'
      },
      switches: { dkim: true, trackingDomain: false, bounceDomain: false },
      createdAt: expect.any(String)
    });
    const done = await app.owner.call('packages.update', {
      ...{ id, seen: seq, name: 'Growth plus', caps: { daily: 25_000, hourly: 'unlimited' } },
      switches: { dkim: false }
    });
    expect(done).toEqual({
      ...{ seq: 2, refused: [] },
      applied: ['name', 'caps.hourly', 'caps.daily', 'switches.dkim']
    });
    // A second author who saw the first version.
    const late = { id, seen: seq, caps: { daily: 40_000 }, counts: { keys: 5 } };
    expect(await app.owner.call('packages.update', late)).toMatchObject({
      ...{ seq: 3, applied: ['counts.keys'] },
      refused: [{ code: 'conflict/changed-since', field: 'caps.daily', theirs: 25_000, version: 2 }]
    });
    await state.settled();
    const { items, next } = await app.owner.call<{ items: object[]; next: null }>('packages.history', { id });
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { action: 'package.updated', change: [{ path: 'counts.keys', old: 'unlimited', new: 5 }] },
      { action: 'package.updated', by: { id: app.ownerId } },
      { action: 'package.created', entry: expect.any(Number) }
    ]);
    const first = await app.owner.call<{ items: object[]; next: string }>('packages.history', {
      id,
      limit: 2
    });
    const rest = { id, limit: 2, cursor: first.next };
    expect((await app.owner.call<{ items: object[] }>('packages.history', rest)).items).toEqual([items[2]]);
    expect(await app.owner.refused('packages.history', { id, cursor: 'x' })).toMatchObject({
      field: 'cursor'
    });
  });

  test('[TEN-4] a package has a role of users, and no other', async () => {
    const refused = { code: 'not-found', what: 'role' };
    for (const roleId of ['support', 'super_administrator', 'nobody_has_it'])
      expect(await app.owner.refused('packages.create', { name: make.login(), roleId })).toEqual(refused);
    const id = await make.package();
    expect(await app.owner.refused('packages.update', { id, seen, roleId: 'support' })).toEqual(refused);
  });

  test('[ROL-12] a package has a name that looks like no other, also when two ask at once', async () => {
    const roleId = await plantUserRole(state, []);
    const name = `Trial ${make.login()}`;
    const asked = [app, second].map(({ owner }) => owner.try('packages.create', { name, roleId }));
    const codes = (await Promise.all(asked)).map(({ refusal }) => refusal?.code ?? 'made').sort();
    expect(codes).toEqual(['input/taken', 'made']);
    const id = await make.package();
    expect(await app.owner.call('packages.update', { id, seen, name: name.toUpperCase() })).toMatchObject({
      refused: [{ code: 'input/taken', field: 'name', looksLike: name }]
    });
  });

  test('[ACC-1] [ACC-2] a package is given no role, and changed by nobody, beyond what they hold', async () => {
    const roleId = await plantUserRole(state, [SEND]);
    const notHeld = { code: 'access/not-held', permissions: [SEND] };
    expect(await clerk.client.refused('packages.create', { name: make.login(), roleId })).toEqual(notHeld);
    const free = await make.package();
    expect(await clerk.client.call('packages.update', { id: free, seen, roleId })).toMatchObject({
      ...{ applied: [], refused: [{ ...notHeld, field: 'roleId' }] }
    });
    const strong = await make.package([SEND]);
    for (const [path, input] of [
      ['packages.update', { id: strong, seen, name: make.login() }],
      ['packages.update', { id: strong, seen, caps: { daily: 1 } }],
      ['packages.delete', { id: strong }]
    ] as const)
      expect(await clerk.client.refused(path, input)).toEqual({ code: 'access/not-dominated' });
    expect(
      await clerk.client.refused('packages.create', {
        name: make.login(),
        roleId: await plantUserRole(state, []),
        switches: { dkim: true }
      })
    ).toEqual({ code: 'access/permission-required', permission: 'tenants.packages.force_authentication' });
  });

  test('what is wrong names its field', async () => {
    const roleId = await plantUserRole(state, []);
    const bad: [object, string][] = [
      [{ name: '', roleId }, 'name'],
      [{ name: 'x', roleId: 'NO' }, 'roleId'],
      [{ name: 'x', roleId, caps: { daily: -1 } }, 'caps.daily'],
      [{ name: 'x', roleId, caps: { weekly: 1 } }, 'caps.weekly'],
      [{ name: 'x', roleId, counts: { keys: 'inherit' } }, 'counts.keys'],
      [{ name: 'x', roleId, switches: { dkim: 'yes' } }, 'switches.dkim'],
      [{ name: 'x', roleId, more: 1 }, 'more']
    ];
    for (const [input, field] of bad) {
      const refused = await app.owner.refused('packages.create', input);
      expect([refused.code, 'field' in refused && refused.field], JSON.stringify(input)).toEqual([
        'input/invalid',
        expect.stringContaining(field.split('.')[0]!)
      ]);
    }
  });
});

describe('[TEN-2] a package in use', () => {
  test('a package in use is deleted only with another one, which its users get in the same step', async () => {
    const [from, to] = [await make.package([SEND]), await make.package([SEND])];
    const users = [await make.user(from), await make.user(from)];
    expect(await app.owner.refused('packages.delete', { id: from })).toEqual({
      code: 'conflict/in-use',
      members: 2
    });
    expect(await app.owner.refused('packages.delete', { id: from, replaceWith: from })).toMatchObject({
      field: 'replaceWith'
    });
    expect(await app.owner.refused('packages.delete', { id: from, replaceWith: randomUUID() })).toEqual({
      code: 'not-found',
      what: 'package'
    });
    expect(await app.owner.call('packages.delete', { id: from, replaceWith: to })).toEqual({ moved: 2 });
    for (const id of users)
      expect(await app.owner.call<UserDetail>('users.get', { id })).toMatchObject({
        package: { id: to },
        seq: 2
      });
    expect(await app.owner.refused('packages.get', { id: from })).toEqual({
      code: 'not-found',
      what: 'package'
    });
    expect((await get(to)).users).toBe(2);
    const moved = await state.sql`select 1 from audit.entry where doc->>'action' = 'user.updated'
      and doc->'target'->>'id' in ${state.sql(users)} and doc->'change'->0->>'new' = ${to}`;
    expect(moved.length).toBe(2);
    // Its history stays.
    expect((await app.owner.call<{ items: object[] }>('packages.history', { id: from })).items.length).toBe(
      2
    );
  });

  test('[ACC-1] a package in use is replaced only by one that they may give', async () => {
    const [from, to] = [await make.package(), await make.package([SEND])];
    const user = await make.user(from);
    expect(await clerk.client.refused('packages.delete', { id: from, replaceWith: to })).toEqual({
      code: 'access/not-held',
      permissions: [SEND]
    });
    expect(await app.owner.call('users.get', { id: user })).toMatchObject({ package: { id: from } });
  });

  test('that is deleted while a user is given it, at two processes: one of the two wins, and nobody has what is gone', async () => {
    for (let round = 0; round < 6; round++) {
      const [doomed, other] = [await make.package(), await make.package()];
      const user = await make.user(other);
      const given = { name: make.login(), email: make.address(), packageId: doomed };
      const [moved, created, deleted] = await Promise.all([
        second.owner.try('users.update', { id: user, seen, packageId: doomed }),
        app.owner.try('users.create', given),
        second.owner.try('packages.delete', { id: doomed })
      ]);
      const orphans = await state.sql`select 1 from users u join packages p on p.id = u.package_id
        where u.deleted_at is null and p.deleted_at is not null`;
      expect(orphans.length).toBe(0);
      const isGone = deleted.refusal === null;
      for (const each of [moved, created])
        expect(each.refusal?.code ?? 'done').toBe(isGone ? 'not-found' : each.refusal ? 'none' : 'done');
      if (!isGone) expect(deleted.refusal).toMatchObject({ code: 'conflict/in-use' });
    }
  });
});

describe('[TEN-2] a preview', () => {
  test('a preview says whom a change reaches, who keeps an own setting, and who would be over by how much', async () => {
    const id = await make.package([SEND], { caps: { daily: 30_000 } });
    const [low, high, own] = [
      await make.user(id),
      await make.user(id),
      await make.user(id, { caps: { daily: 45_000 } })
    ];
    for (const [user, used] of [
      [low, 10],
      [high, 26_000],
      [own, 44_000]
    ] as const)
      await state.sql`select ledger_charge('test', ${randomUUID()}, '\\x00', ${randomUUID()}, ${used}::bigint, false, null, 'UTC',
        ${state.sql.json([{ layer: 'platform', account: `user:${user}`, caps: Object.fromEntries(['hourly', 'daily', 'monthly', 'threads'].map((cap) => [cap, { limit: null, source: 'platform' }])) }])}::jsonb, null)`;
    const preview = await app.owner.call<PackagePreview>('packages.preview', { id, caps: { daily: 25_000 } });
    expect(preview).toMatchObject({
      ...{ users: 3, counts: [], role: null },
      caps: [
        {
          ...{ id: 'daily', from: 30_000, to: 25_000, affected: { count: 2 } },
          keep: { count: 1, first: [{ id: own }] },
          over: { count: 1, first: [{ id: high, used: 26_000 }] }
        }
      ]
    });
    const roleId = await plantUserRole(state, ['audience.contacts.add']);
    expect(await app.owner.call('packages.preview', { id, roleId })).toMatchObject({
      role: { gained: ['audience.contacts.add'], lost: [SEND] }
    });
    // Who they are is for those to know who may see users.
    const rights = ['tenants.packages.view', SEND];
    const blind = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Package viewers',
      permissions: rights
    });
    const viewer = await app.person('Vic Viewer', blind.id);
    expect(await viewer.client.call('packages.preview', { id, caps: { daily: 25_000 } })).toMatchObject({
      caps: [
        { affected: { count: 2, first: [] }, keep: { count: 1, first: [] }, over: { count: 1, first: [] } }
      ]
    });
    // What a role grants takes a permission to see.
    expect(await clerk.client.refused('packages.preview', { id, roleId })).toMatchObject({
      permission: 'tenants.user_roles.view'
    });
    expect(await app.owner.refused('packages.preview', { id, roleId: 'support' })).toEqual({
      code: 'not-found',
      what: 'role'
    });
  });
});

test('[LIV-1] the lists of packages and users follow what is changed', async () => {
  using packages = openReplica(app.owner, 'packages');
  using users = openReplica(app.owner, 'users');
  const id = await make.package([SEND], { caps: { daily: 500 } });
  const user = await make.user(id, { counts: { keys: 1 } });
  await until(() => packagesMap(packages.doc).get(id)?.users === 1, 'the user is counted');
  await until(() => usersMap(users.doc).get(user)?.packageId === id, 'the user is there');
  expect(usersMap(users.doc).get(user)).toMatchObject({
    status: 'active',
    own: 1,
    seq: 1,
    suspendedUntil: null
  });
  expect(packagesMap(packages.doc).get(id)).toMatchObject({ caps: { daily: 500 } });
  // Another name of the package is told with each of its users.
  await app.owner.call('packages.update', { id, seen, name: 'Renamed one' });
  await until(() => usersMap(users.doc).get(user)?.packageName === 'Renamed one', 'its name');
  const other = await make.package();
  await app.owner.call('packages.delete', { id, replaceWith: other });
  await until(() => usersMap(users.doc).get(user)?.packageId === other, 'moved');
  await until(() => !packagesMap(packages.doc).has(id), 'gone');
  await until(() => packagesMap(packages.doc).get(other)?.users === 1, 'counted there');
});

test('[TEN-2] a user whose package is deleted is told, at once, that another one is its', async () => {
  const people = signedInUsers(app, state);
  const [mine, other] = [await people.user(), await people.make.package(OWN_RIGHTS)];
  using own = openReplica(mine.client, 'own');
  await until(() => own.provider.synced, 'it reads');
  const heard = countNews(own);
  await app.owner.call('packages.delete', { id: mine.packageId, replaceWith: other });
  await until(() => heard() > 0, 'it hears of it');
});
