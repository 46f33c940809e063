import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import { rolesMap } from '../../src/lib/documents/list-docs';
import { readGranted, readRoleHeader } from '../../src/lib/documents/role-doc';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { plantPackage, plantUser } from '../support/packages';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [TEN-4] Roles of administrators and of users are two kinds and never mix, by whatever endpoint, in whichever process.

const VIEW = 'audience.contacts.view';
const SEND = 'campaigns.broadcasts.schedule';
const STAFF = 'people.administrators.view';
const NOT_THERE = { code: 'not-found', what: 'role' };
const USER_ROLES = ['view', 'add', 'edit', 'delete'].map((leaf) => `tenants.user_roles.${leaf}`);

type Role = { id: string; seq: number };
type Listed = { id: string; name: string; members: number; packages?: number };

let app: TestConsole;
let other: TestConsole;
let state: StateProbe;
/** Sees and changes roles of users alone, and holds what they may hold of contacts. */
let uma: TestPerson;
/** Sees and changes roles of administrators alone. */
let adam: TestPerson;
let senders: string;
let made = 0;

const freshRole = async (permissions: string[] = [], by: ApiClient = app.owner) =>
  (await by.call<Role>('userRoles.create', { name: `Users ${++made}`, permissions })).id;
const staffRole = async (permissions: string[] = []) =>
  (await app.owner.call<Role>('roles.create', { name: `Staff ${++made}`, permissions })).id;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  other = await startTestConsole({ databaseUrl: app.databaseUrl });
  uma = await app.person('Uma', await staffRole([...USER_ROLES, VIEW]));
  const edit = ['view', 'add', 'edit', 'delete', 'assign', 'clone', 'view_history', 'rollback'];
  adam = await app.person('Adam', await staffRole([...edit.map((leaf) => `people.roles.${leaf}`), VIEW]));
  senders = await freshRole([VIEW]);
});
afterAll(async () => {
  await other.stop();
  await state.close();
  await app.stop();
});

describe('a role of users is not there for roles of administrators, and the other way round', () => {
  const inputs: Record<string, (id: string) => object> = {
    get: (id) => ({ id }),
    history: (id) => ({ id }),
    at: (id) => ({ id, seq: 1 }),
    edit: (id) => ({ id, seen: 1, grant: [VIEW] }),
    restore: (id) => ({ id, seq: 1 }),
    delete: (id) => ({ id })
  };
  test.each(Object.keys(inputs))('%s', async (procedure) => {
    const input = inputs[procedure]!;
    const staff = await staffRole();
    for (const client of [app.owner, await anotherOwner()]) {
      expect(await client.refused(`roles.${procedure}`, input(senders))).toEqual(NOT_THERE);
      expect(await client.refused(`userRoles.${procedure}`, input(staff))).toEqual(NOT_THERE);
      // Like one that never was.
      expect(await client.refused(`userRoles.${procedure}`, input(randomUUID()))).toEqual(NOT_THERE);
    }
    await app.owner.call('roles.get', { id: staff });
    await app.owner.call('userRoles.get', { id: senders });
  });

  test('lists, holders and members have their own kind alone', async () => {
    const staff = await app.owner.call<Listed[]>('roles.list');
    const ofUsers = await app.owner.call<Listed[]>('userRoles.list');
    expect(staff.map(({ id }) => id)).not.toContain(senders);
    expect(ofUsers.map(({ id }) => id)).toContain(senders);
    expect(ofUsers.map(({ id }) => id)).not.toContain('super_administrator');
    const holders = async (procedure: string) =>
      (await app.owner.call<{ roles: Listed[] }>(procedure, { permission: VIEW })).roles.map(({ id }) => id);
    expect(await holders('roles.holders')).not.toContain(senders);
    expect(await holders('userRoles.holders')).toEqual([senders]);
    expect(await app.owner.call('roles.members', { id: senders })).toEqual([]);
  });

  test('it is nobody’s who is an administrator or an application', async () => {
    const give = { name: 'Nobody', email: 'nobody@northwind.example', roleId: senders };
    expect(await app.owner.refused('administrators.create', give)).toEqual(NOT_THERE);
    expect(
      await app.owner.refused('administrators.update', { id: adam.id, seen: 1, roleId: senders })
    ).toEqual(NOT_THERE);
    const { results: bulk } = await app.owner.call<{ results: { refused: object }[] }>(
      'administrators.bulk',
      {
        ids: [adam.id],
        action: { kind: 'assignRole', roleId: senders }
      }
    );
    expect(bulk.map(({ refused }) => refused)).toEqual([NOT_THERE]);
    const { name } = await app.owner.call<Listed>('userRoles.get', { id: senders });
    for (const role of [senders, name])
      for (const dryRun of [true, false]) {
        const { results } = await app.owner.call<{ results: { refused: object }[] }>(
          'administrators.import',
          {
            rows: [{ line: 2, name: 'Nobody', email: 'nobody@northwind.example', role }],
            dryRun
          }
        );
        expect(results[0]!.refused).toMatchObject({ code: 'input/invalid', field: 'role' });
      }
    const machine = { name: 'Machine', roleId: senders, stewardId: app.ownerId };
    expect(await app.owner.refused('applications.create', machine)).toEqual(NOT_THERE);
    const { id } = await app.owner.call<Role>('applications.create', { ...machine, roleId: 'support' });
    expect(await app.owner.refused('applications.update', { id, seen: 1, roleId: senders })).toEqual(
      NOT_THERE
    );
    const staff = await staffRole();
    expect(await app.owner.refused('roles.delete', { id: staff, reassignTo: senders })).toEqual(NOT_THERE);
    expect(await app.owner.refused('userRoles.delete', { id: senders, reassignTo: staff })).toEqual(
      NOT_THERE
    );
    expect(await app.owner.refused('roles.create', { name: 'Copy', from: senders })).toEqual(NOT_THERE);
    expect(await app.owner.refused('userRoles.create', { name: 'Copy', from: staff })).toEqual(NOT_THERE);
  });

  test('permissions of one kind are none of the other', async () => {
    const missing = (permission: string) => ({ code: 'access/permission-required', permission });
    expect(await adam.client.refused('userRoles.list')).toEqual(missing('tenants.user_roles.view'));
    expect(await adam.client.refused('userRoles.edit', { id: senders, seen: 1, name: 'X' })).toEqual(
      missing('tenants.user_roles.edit')
    );
    expect(await uma.client.refused('roles.list')).toEqual(missing('people.roles.view'));
    expect(await uma.client.refused('roles.create', { name: 'X' })).toEqual(missing('people.roles.add'));
  });

  test('a name is taken in its own kind alone', async () => {
    await app.owner.call('userRoles.create', { name: 'Support' });
    expect(await app.owner.refused('userRoles.create', { name: 'ＳＵＰＰＯＲＴ' })).toMatchObject({
      code: 'input/taken',
      looksLike: 'Support'
    });
  });

  test('a handed-over change is of its kind, and is named to those alone who may see that', async () => {
    const asked = { procedure: 'userRoles.edit', input: { id: senders, seen: 1e6, grant: [SEND] } };
    const viewers = await staffRole([STAFF, ...USER_ROLES]);
    const ivan = await app.person('Ivan', viewers);
    const { people } = await ivan.client.call<{
      people: { id: string; mayRead: boolean; suffices: boolean }[];
    }>('handovers.recipients', { procedure: asked.procedure, id: senders, asked });
    const of = (id: string) => people.find((person) => person.id === id);
    expect(of(app.ownerId)).toMatchObject({ mayRead: true, suffices: true });
    expect(of(uma.id)).toMatchObject({ mayRead: true, suffices: false });
    expect(of(adam.id)).toMatchObject({ mayRead: false });
    await ivan.client.call('handovers.send', { to: app.ownerId, asked });
    const wrong = { procedure: 'roles.edit', input: { id: senders, seen: 1e6, grant: [SEND] } };
    const both = await app.person('Bea', await staffRole([STAFF, 'people.roles.view', 'people.roles.edit']));
    expect(await both.client.refused('handovers.send', { to: app.ownerId, asked: wrong })).toEqual(NOT_THERE);
    const { toMe } = await app.owner.call<{ toMe: { subject: object; label: string }[] }>('handovers.list');
    expect(toMe.map(({ subject }) => subject)).toEqual([
      expect.objectContaining({ type: 'user-role', id: senders, state: 'there' })
    ]);
  });
});

/** The owner at the other process. */
function anotherOwner(): Promise<ApiClient> {
  const { owner } = other;
  owner.cookie = app.owner.cookie;
  return Promise.resolve(owner);
}

describe('what a role of users holds', () => {
  test('what is not for users is refused by name, to the owner too, and the rest lands', async () => {
    const id = await freshRole();
    const edited = await app.owner.call<{ applied: { granted: string[] }; refused: object[] }>(
      'userRoles.edit',
      {
        id,
        seen: 1,
        grant: [VIEW, STAFF, 'people.ownership.transfer']
      }
    );
    expect(edited.applied.granted).toEqual([VIEW]);
    expect(edited.refused).toEqual(
      [STAFF, 'people.ownership.transfer'].map((permission) => ({
        code: 'input/not-for-users',
        permission,
        permissions: [permission]
      }))
    );
    expect(
      await app.owner.refused('userRoles.create', { name: 'Too much', permissions: [VIEW, STAFF] })
    ).toEqual({ code: 'input/not-for-users', permissions: [STAFF] });
    expect(await state.sql`select 1 from roles where name = 'Too much'`).toHaveLength(0);
  });

  test('[ACC-1, ACC-3] nobody puts in what they lack, nor changes one whose users may do more', async () => {
    const id = await freshRole([VIEW], uma.client);
    const { refused } = await uma.client.call<{ refused: object[] }>('userRoles.edit', {
      id,
      seen: 1,
      grant: [SEND]
    });
    expect(refused).toEqual([{ code: 'access/not-held', permission: SEND, permissions: [SEND] }]);
    await app.owner.call('userRoles.edit', { id, seen: 1, grant: [SEND] });
    // While nobody has it, it can be changed by whoever holds less.
    await uma.client.call('userRoles.edit', { id, seen: 2, description: 'Empty' });
    await plantUser(state, await plantPackage(state, id), 'Dominik');
    expect(await uma.client.refused('userRoles.edit', { id, seen: 3, description: 'Used' })).toEqual({
      code: 'access/not-dominated'
    });
  });

  test('its history, an earlier version, and its deletion are entries about a role of users', async () => {
    const id = await freshRole([VIEW]);
    await app.owner.call('userRoles.edit', {
      id,
      seen: 1,
      revoke: [VIEW],
      name: `History ${id.slice(0, 6)}`
    });
    await app.owner.call('userRoles.restore', { id, seq: 1 });
    const { items } = await app.owner.call<{ items: { seq: number; restored: number | null }[] }>(
      'userRoles.history',
      { id }
    );
    expect(items.map(({ seq, restored }) => [seq, restored])).toEqual([
      [3, 1],
      [2, null],
      [1, null]
    ]);
    expect((await app.owner.call<{ permissions: string[] }>('userRoles.get', { id })).permissions).toEqual([
      VIEW
    ]);
    await app.owner.call('userRoles.delete', { id });
    const rows = await state.sql<{ action: string; type: string }[]>`select doc->>'action' as action,
      doc->'target'->>'type' as type from audit.entry where doc->'target'->>'id' = ${id} order by n`;
    expect(rows.map(({ action, type }) => [action, type])).toEqual([
      ['role.created', 'user_role'],
      ['role.edited', 'user_role'],
      ['role.edited', 'user_role'],
      ['role.deleted', 'user_role']
    ]);
    // A deleted one keeps its history, for its kind alone.
    await app.owner.call('userRoles.history', { id });
    expect(await app.owner.refused('roles.history', { id })).toEqual(NOT_THERE);
    const said = async () => {
      const { entries } = await app.owner.call<{ entries: { sentence: (string | { b: string })[] }[] }>(
        'log.list',
        { view: 'activity', target: id, limit: 5 }
      );
      return entries.map(({ sentence }) =>
        sentence.map((part) => (typeof part === 'string' ? part : part.b)).join('')
      );
    };
    await until(async () => (await said())[0]?.startsWith('deleted the user role ') ?? false, 'told');
  });
});

describe('[TEN-2] packages that have it', () => {
  test('count its users; it is deleted only with a replacement of its kind, which they all get', async () => {
    const [old, next] = [await freshRole([VIEW]), await freshRole([VIEW])];
    const first = await plantPackage(state, old);
    const second = await plantPackage(state, old);
    await plantUser(state, first, 'Ada Client');
    await plantUser(state, first, 'Bo Client');
    const listed = async (id: string) =>
      (await app.owner.call<Listed[]>('userRoles.list')).find((role) => role.id === id);
    expect(await listed(old)).toMatchObject({ members: 2, packages: 2 });
    expect(await app.owner.call('userRoles.members', { id: old })).toMatchObject([
      { name: 'Ada Client' },
      { name: 'Bo Client' }
    ]);
    expect(
      (await app.owner.call<{ total: number }>('userRoles.holders', { permission: VIEW })).total
    ).toBeGreaterThanOrEqual(2);
    expect(await app.owner.refused('userRoles.delete', { id: old })).toEqual({
      code: 'conflict/in-use',
      members: 2,
      packages: 2
    });
    const admins = await app.owner.call<{ total: number }>('roles.holders', { permission: VIEW });
    expect(await uma.client.refused('userRoles.delete', { id: old, reassignTo: next })).toEqual({
      code: 'access/permission-required',
      permission: 'tenants.packages.edit'
    });
    expect(await app.owner.call('userRoles.delete', { id: old, reassignTo: next })).toEqual({
      reassigned: 2,
      needNewLink: 0
    });
    const rows = await state.sql<{ id: string; role: string; seq: string; stamp: string }[]>`select id,
      role_id as role, seq, field_seq->'roleId'->>'seq' as stamp from packages where id in ${state.sql([first, second])}`;
    expect(rows.map(({ role, seq, stamp }) => [role, Number(seq), Number(stamp)])).toEqual([
      [next, 2, 2],
      [next, 2, 2]
    ]);
    const moved = await state.sql`select 1 from audit.entry where doc->>'action' = 'package.updated'
      and doc->'target'->>'id' in ${state.sql([first, second])}`;
    expect(moved).toHaveLength(2);
    expect(await listed(next)).toMatchObject({ members: 2, packages: 2 });
    // Users are no administrators: their number is in no answer about those.
    expect(await app.owner.call('roles.holders', { permission: VIEW })).toEqual(admins);
  });

  test('one that no user has is in use while a package has it', async () => {
    const id = await freshRole();
    await plantPackage(state, id);
    expect(await app.owner.refused('userRoles.delete', { id })).toEqual({
      code: 'conflict/in-use',
      members: 0,
      packages: 1
    });
  });

  test('two processes that delete, each in favour of the other’s, leave packages with a role that is there', async () => {
    const at = await anotherOwner();
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await freshRole(), await freshRole()];
      const [ofA, ofB] = [await plantPackage(state, a), await plantPackage(state, b)];
      const done = await Promise.all([
        app.owner.try('userRoles.delete', { id: a, reassignTo: b }),
        at.try('userRoles.delete', { id: b, reassignTo: a })
      ]);
      expect(done.map(({ status }) => status).sort(), JSON.stringify(done)).toEqual([200, 404]);
      const rows = await state.sql<
        { there: boolean }[]
      >`select roles.deleted_at is null as there from packages
        join roles on roles.id = role_id where packages.id in ${state.sql([ofA, ofB])}`;
      expect(rows.map(({ there }) => there)).toEqual([true, true]);
    }
  });

  test('two processes that make roles of one name make one', async () => {
    const at = await anotherOwner();
    const name = `Same ${++made}`;
    const done = await Promise.all(
      [app.owner, at, app.owner, at].map((client) => client.try('userRoles.create', { name }))
    );
    expect(done.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });
});

describe('what the database itself refuses', () => {
  const attempt = (work: (tx: Parameters<Parameters<StateProbe['audited']>[0]>[0]) => Promise<unknown>) =>
    state.audited(work).then(
      () => 'done',
      ({ code }: { code?: string }) => code
    );

  test('a role that changes its kind, and one given to the other kind', async () => {
    const packageId = await plantPackage(state, senders);
    expect(await attempt((tx) => tx`update roles set kind = 'administrator' where id = ${senders}`)).toBe(
      '23514'
    );
    expect(
      await attempt((tx) => tx`update administrators set role_id = ${senders} where id = ${adam.id}`)
    ).toBe('23514');
    expect(await attempt((tx) => tx`update packages set role_id = 'support' where id = ${packageId}`)).toBe(
      '23514'
    );
    expect(await attempt((tx) => tx`update packages set role_id = ${senders} where id = ${packageId}`)).toBe(
      'done'
    );
  });
});

describe('documents', () => {
  test('each list and each role is read by whoever sees its kind, and is otherwise as if it were not there', async () => {
    await state.settled();
    using list = openReplica(uma.client, 'userRoles');
    using role = openReplica(uma.client, `role:${senders}`);
    await Promise.all([list.synced(), role.synced()]);
    expect(rolesMap(list.doc).get(senders)).toMatchObject({ members: 0, count: 1 });
    expect(rolesMap(list.doc).has('support')).toBe(false);
    expect(readRoleHeader(role.doc)).toMatchObject({ kind: 'user' });
    expect([...readGranted(role.doc)]).toEqual([VIEW]);

    using staff = openReplica(adam.client, 'roles');
    await staff.synced();
    expect(rolesMap(staff.doc).has('support')).toBe(true);
    expect(rolesMap(staff.doc).has(senders)).toBe(false);
    const closed = async (client: ApiClient, name: string, code: number) => {
      using replica = openReplica(client, name);
      await until(() => replica.closes.includes(code), `${name}: ${replica.closes.join()}`);
      expect(replica.doc.share.size).toBe(0);
    };
    await closed(adam.client, 'userRoles', 4403);
    await closed(adam.client, `role:${senders}`, 4404);
    await closed(adam.client, `role:${randomUUID()}`, 4404);
    await closed(uma.client, 'roles', 4403);
    await closed(uma.client, 'role:support', 4404);
  });

  test('open ones follow at another process, and end with the permission', async () => {
    const rights = await staffRole([...USER_ROLES, VIEW]);
    const vera = await app.person('Vera', rights);
    const id = await freshRole();
    const there = other.anonymous();
    there.cookie = vera.client.cookie;
    await state.settled();
    using list = openReplica(there, 'userRoles');
    using role = openReplica(there, `role:${id}`);
    await Promise.all([list.synced(), role.synced()]);
    await app.owner.call('userRoles.edit', { id, seen: 1, grant: [VIEW] });
    await until(() => readGranted(role.doc).has(VIEW), 'the tick arrives');
    await until(() => rolesMap(list.doc).get(id)?.count === 1, 'the list follows');
    await app.owner.call('roles.edit', { id: rights, seen: 1e6, revoke: ['tenants.user_roles.view'] });
    await until(
      () => list.closes.includes(4403) && role.closes.some((code) => code === 4403 || code === 4404),
      `closed: ${list.closes.join()} ${role.closes.join()}`
    );
  });

  test('a deleted one leaves the list, and its document is gone', async () => {
    const id = await freshRole();
    using list = openReplica(uma.client, 'userRoles');
    await list.synced();
    await until(() => rolesMap(list.doc).has(id), 'it is listed');
    await uma.client.call('userRoles.delete', { id });
    await until(() => !rolesMap(list.doc).has(id), 'it left the list');
    await state.settled();
    expect(await state.sql`select 1 from documents where name = ${`role:${id}`}`).toHaveLength(0);
  });
});
