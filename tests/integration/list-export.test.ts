import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { csvOf, fetchList, getExport } from '../support/exported-log';
import { madeBy } from '../support/made-tenants';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { changeUser } from '../support/users';

let app: TestConsole;
let state: StateProbe;
let omar: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  omar = await app.person('Omar Haddad', 'support');
  for (const [name, roleId] of [
    ['=SUM(A1)', 'analyst'],
    ['Zoë Ångström', 'support'],
    ['Paul Paused', 'support']
  ] as const)
    await app.owner.call('administrators.create', {
      name,
      email: `${emails.shift()}@northwind.example`,
      roleId
    });
  const paul = (await listed({ search: 'paused' }))[0]!;
  await app.owner.call('administrators.suspend', { id: paul.id });
});
const emails = ['one', 'two', 'three'];
afterAll(async () => {
  await state.close();
  await app.stop();
});

async function listed(asked: object): Promise<{ id: string; name: string; email: string }[]> {
  return (
    await app.owner.call<{ items: { id: string; name: string; email: string }[] }>(
      'administrators.list',
      asked
    )
  ).items;
}

/** Entries of the log about an export, once it has ended. */
async function noted(id: string) {
  type Doc = { action: string; outcome: string; reason?: string; change: { path: string; new: unknown }[] };
  const read = async () =>
    (
      await state.sql<
        { doc: Doc }[]
      >`select doc from audit.entry where doc->'target'->>'id' = ${id} order by n`
    ).map(({ doc }) => ({
      ...doc,
      said: Object.fromEntries(doc.change.map((change) => [change.path, change.new]))
    }));
  await until(async () => (await read()).length === 2, 'the log tells that an export ended');
  return read();
}

describe('[LOG-5] [ADM-1] an export of administrators', () => {
  test('an export of administrators has everybody who is shown, safe in a spreadsheet, and is told in the log', async () => {
    const { status, headers, text, id } = await fetchList(app.owner, { list: 'administrators' });
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(
      /filename="rolecall-administrators-\d{4}-\d\d-\d\d\.csv"/
    );
    const rows = csvOf(text);
    expect(rows.map(({ id: each }) => each).sort()).toEqual(
      (await listed({ limit: 200 })).map((each) => each.id).sort()
    );
    expect(rows.find(({ email }) => email === 'one@northwind.example')).toMatchObject({
      name: "'=SUM(A1)",
      status: 'invited',
      two_factor: 'off',
      role_id: 'analyst',
      owner: 'no'
    });
    expect(rows.find(({ id: each }) => each === app.ownerId)).toMatchObject({
      owner: 'yes',
      status: 'active'
    });
    const [begun, ended] = await noted(id);
    expect(begun).toMatchObject({ action: 'list.export_begun', said: { list: 'administrators' } });
    expect(ended).toMatchObject({
      action: 'list.export_ended',
      outcome: 'success',
      said: { entries: rows.length }
    });
  });

  test('an export of administrators has those whom the filter of the list shows, and the log says which', async () => {
    const of = async (filter: object) => {
      const { text, id } = await fetchList(app.owner, { list: 'administrators', ...filter });
      return { names: csvOf(text).map(({ name }) => name), said: (await noted(id))[0]!.said };
    };
    expect(await of({ search: 'angstrom zoe' })).toEqual({
      names: ['Zoë Ångström'],
      said: { list: 'administrators', 'filter.search': 'angstrom zoe' }
    });
    expect((await of({ status: 'suspended' })).names).toEqual(['Paul Paused']);
    expect((await of({ role: 'support', status: 'active' })).names).toEqual(['Omar Haddad']);
    expect((await of({ status: 'invited', role: 'support' })).names).toEqual(['Zoë Ångström']);
    expect((await of({ twoFactor: 'on' })).names).toEqual([]);
  });

  test('an export of administrators takes the permission to see the list, when it is fetched too; its address is good once, for who asked', async () => {
    const lacks = await app.person('Rita Roleless', await roleOf('Sees roles', ['people.roles.view']));
    expect(await lacks.client.refused('lists.export', { list: 'administrators' })).toEqual({
      code: 'access/permission-required',
      permission: 'people.administrators.view'
    });
    const roleId = await roleOf('Sees people', ['people.administrators.view']);
    const { client } = await app.person('Pia People', roleId);
    const first = await client.call<{ id: string; href: string }>('lists.export', { list: 'administrators' });
    expect((await client.refused('lists.export', { list: 'administrators' })).code).toBe('busy');
    expect((await getExport(omar.client, first.href)).status).toBe(404);
    await app.owner.call('roles.edit', { id: roleId, seen: 1, revoke: ['people.administrators.view'] });
    expect((await getExport(client, first.href)).status).toBe(404);
    expect((await noted(first.id)).at(-1)).toMatchObject({ outcome: 'error', reason: 'barred' });
  });
});

describe('[LOG-5] [TEN-8] an export of users', () => {
  test('has those whom the filter of the list shows, by the status in force, with what is their own', async () => {
    const made = madeBy(app.owner);
    const [growth, scale] = [await made.package({ name: 'Growth' }), await made.package({ name: 'Scale' })];
    await made.user(growth.id, { name: '=Émile', caps: { daily: 45 }, counts: { contacts: 'unlimited' } });
    const { id: barred } = await made.user(scale.id, { name: 'Barred' });
    const { id: back } = await made.user(scale.id, { name: 'Back' });
    const { id: closed } = await made.user(scale.id, { name: 'Closed' });
    await app.owner.call('users.suspend', { id: barred, reason: 'Unpaid' });
    await changeUser(state, back, { status: 'suspended', suspended_until: new Date(Date.now() - 1000) });
    await changeUser(state, closed, { status: 'closed', closes_at: new Date(), deleted_at: new Date() });
    const of = async (filter: object) => {
      const { text, id } = await fetchList(app.owner, { list: 'users', ...filter });
      return { rows: csvOf(text), said: (await noted(id))[0]!.said };
    };
    const names = async (filter: object) => (await of(filter)).rows.map(({ name }) => name).sort();
    const { rows } = await of({});
    expect(rows.find(({ name }) => name === "'=Émile")).toMatchObject({
      ...{ package: 'Growth', status: 'active', daily: '45', hourly: '', contacts: 'unlimited' }
    });
    expect(rows.find(({ name }) => name === 'Back')).toMatchObject({ status: 'active', suspended_until: '' });
    expect(await names({})).toEqual(["'=Émile", 'Back', 'Barred']);
    expect(await names({ status: 'suspended' })).toEqual(['Barred']);
    expect(await names({ status: 'closed' })).toEqual(['Closed']);
    expect(await names({ package: scale.id })).toEqual(['Back', 'Barred']);
    expect(await of({ search: 'emile' })).toMatchObject({
      ...{ rows: [{ name: "'=Émile" }], said: { list: 'users', 'filter.search': 'emile' } }
    });
  });

  test('takes the permission to see users, and a status that users have', async () => {
    const { client } = await app.person(
      'Uma Unsees',
      await roleOf('Only people', ['people.administrators.view'])
    );
    expect(await client.refused('lists.export', { list: 'users' })).toEqual({
      ...{ code: 'access/permission-required', permission: 'tenants.users.view' }
    });
    for (const [list, status] of [
      ['users', 'invited'],
      ['administrators', 'closing']
    ])
      expect(await app.owner.refused('lists.export', { list, status })).toMatchObject({
        ...{ code: 'input/invalid', field: 'status' }
      });
  });
});

describe('[LOG-5] [ROL-12] an export of roles', () => {
  test('an export of roles says of each role and permission whether it holds it', async () => {
    await roleOf('=1+1', ['people.roles.view']);
    const { text, id } = await fetchList(app.owner, { list: 'roles' });
    const [members, ...rows] = csvOf(text);
    const { areas } = await app.owner.call<{ areas: { groups: { actions: { id: string }[] }[] }[] }>(
      'catalogue.get'
    );
    const ids = areas.flatMap(({ groups }) =>
      groups.flatMap(({ actions }) => actions.map((action) => action.id))
    );
    expect(rows.map((row) => row['id'])).toEqual(ids);
    const yes = (role: string) => rows.filter((row) => row[role] === 'yes').map((row) => row['id']);
    expect(yes("'=1+1")).toEqual(['people.roles.view']);
    const roles = await app.owner.call<{ id: string; name: string; members: number }[]>('roles.list');
    const support = roles.find((role) => role.id === 'support')!;
    expect(members![support.name]).toBe(String(support.members));
    const held = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'support' });
    expect(yes(support.name)).toEqual(held.permissions);
    expect((await noted(id))[1]).toMatchObject({ said: { list: 'roles', entries: roles.length } });
  });

  test('[TEN-4] an export of user roles takes the permission of that kind', async () => {
    const { client } = await app.person('Sam Sees', await roleOf('Only roles', ['people.roles.view']));
    expect(await client.refused('lists.export', { list: 'userRoles' })).toEqual({
      code: 'access/permission-required',
      permission: 'tenants.user_roles.view'
    });
    const { text } = await fetchList(app.owner, { list: 'userRoles' });
    expect(csvOf(text).some((row) => row['id'] === 'people.roles.view')).toBe(false);
  });
});

async function roleOf(name: string, permissions: string[]): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name });
  await app.owner.call('roles.edit', { id, seen: 1, grant: permissions });
  return id;
}
