import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// Which requests that proxies ask about take what, as it is edited in the console: in force at the endpoint at once,
// and opened by nobody who does not hold it.

const SECRET = 'the secret of the only proxy';
const [VIEW, DELETE] = ['audience.contact_lists.view', 'audience.contact_lists.delete'];

type Route = { id: string; method: string; host: string; path: string; takes: string; seq: number };

let app: TestConsole;
let state: StateProbe;
/** May edit applications, and holds one of the two permissions. */
let kay: TestPerson;
let key: string;

beforeAll(async () => {
  app = await startTestConsole({
    env: { FORWARD_AUTH_SECRET: SECRET, FORWARD_AUTH_PROXIES: '127.0.0.1, ::1' }
  });
  state = openState(app.databaseUrl);
  const permissions = ['people.api_keys.list', 'people.api_keys.edit_scope', 'tools.decisions.explain', VIEW];
  const keeper = await app.owner.call<{ id: string }>('roles.create', { name: 'Keeper', permissions });
  kay = await app.person('Kay Keeper', keeper.id);
  const readers = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Readers',
    permissions: [VIEW]
  });
  key = (await plantApplication(state, { roleId: readers.id, name: 'Reader' })).key;
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const list = () => app.owner.call<Route[]>('routes.list');
const create = (input: object) => app.owner.call<{ id: string; seq: number }>('routes.create', input);

/** A table of these routes and no others: method, host, path and what it takes. */
async function table(...routes: [string, string, string, string][]): Promise<string[]> {
  for (const { id } of await list()) await app.owner.call('routes.delete', { id });
  const ids: string[] = [];
  for (const [method, host, path, takes] of routes)
    ids.push((await create({ method, host, path, takes })).id);
  return ids;
}

/** Answer of the endpoint to a request. */
async function endpoint(uri: string, method = 'GET', host = 'app.example.com'): Promise<string> {
  const { status, headers } = await askEndpoint(app.origin, '/authz/forward', {
    key,
    headers: {
      'X-Rolecall-Proxy': SECRET,
      'X-Forwarded-Method': method,
      'X-Forwarded-Uri': uri,
      'X-Forwarded-Host': host
    }
  });
  return `${status} ${headers.get('x-rolecall-decision') ?? ''}`.trim();
}

const soon = (uri: string, answer: string) =>
  until(async () => (await endpoint(uri)) === answer, `${uri}: ${answer}`);

describe('[DEC-4] the table', () => {
  test('the table of routes is in force at the endpoint within a second after each change, in its order', async () => {
    await table(['*', '*', '/lists', VIEW]);
    await soon('/lists/1', '204 granted');
    const shut = await create({ path: '/lists/', takes: 'nobody' });
    expect(await endpoint('/lists/1')).toBe('204 granted');
    const [first] = await list();
    await app.owner.call('routes.move', { id: shut.id, before: first!.id });
    await soon('/lists/1', '403 nobody');
    await app.owner.call('routes.update', { id: shut.id, seen: 1, takes: DELETE });
    await soon('/lists/1', '403 not-granted');
    await app.owner.call('routes.update', {
      id: shut.id,
      seen: 2,
      takes: 'signed-in',
      method: 'GET',
      host: 'APP.example.com'
    });
    await soon('/lists/1', '204 signed-in');
    expect(await endpoint('/lists/1', 'PUT')).toBe('204 granted');
    await app.owner.call('routes.delete', { id: shut.id });
    await soon('/lists/1', '204 granted');
    await app.owner.call('routes.delete', { id: first!.id });
    await soon('/lists/1', '403 no-route');
  });

  test('the table of routes keeps its order, whatever is moved where', async () => {
    const [a, b, c] = await table(
      ['*', '*', '/a', 'nobody'],
      ['*', '*', '/b', 'nobody'],
      ['*', '*', '/c', 'nobody']
    );
    const order = async () => (await list()).map(({ path }) => path).join('');
    const move = (id: string, before: string | null) => app.owner.call('routes.move', { id, before });
    await move(c!, a!);
    expect(await order()).toBe('/c/a/b');
    await move(c!, null);
    expect(await order()).toBe('/a/b/c');
    await move(b!, b!);
    await move(a!, b!);
    expect(await order()).toBe('/a/b/c');
    await create({ path: '/d', takes: 'nobody', before: b! });
    expect(await order()).toBe('/a/d/b/c');
    await app.owner.call('routes.delete', { id: a! });
    expect(await order()).toBe('/d/b/c');
    // All at once: one after the other, and none in the place of another.
    await Promise.all([...'uvwxyz'].map((path) => create({ path: `/${path}`, takes: 'nobody', before: c! })));
    expect(
      [...(await order())]
        .filter((each) => each !== '/')
        .sort()
        .join('')
    ).toBe('bcduvwxyz');
  });

  test('[LIV-2] repeated, a change happens once; what its author did not see is not overwritten', async () => {
    await table();
    const op = randomUUID();
    const once = { op, path: '/once', takes: 'nobody' };
    const made = await create(once);
    expect(await create(once)).toEqual(made);
    expect(await list()).toHaveLength(1);
    await app.owner.call('routes.update', { id: made.id, seen: 1, path: '/first' });
    const late = { id: made.id, seen: 1, path: '/second' };
    expect(await app.owner.refused('routes.update', late)).toMatchObject({
      ...{ code: 'conflict/changed-since', field: 'path', yours: '/second', theirs: '/first', version: 2 },
      by: 'Maya Lindqvist'
    });
    // The same as it is: nothing to overwrite.
    expect(await app.owner.call('routes.update', { ...late, path: '/first' })).toEqual({
      id: made.id,
      seq: 2
    });
  });

  test('[LOG-1] every change is in the log, with what was and what is', async () => {
    const [one] = await table(['GET', 'a.example', '/lists', VIEW], ['*', '*', '/', 'nobody']);
    await app.owner.call('routes.update', { id: one, seen: 1, takes: DELETE });
    await app.owner.call('routes.move', { id: one, before: null });
    await app.owner.call('routes.delete', { id: one });
    const rows = await state.sql<{ doc: { action: string; target: object; change: object[] } }[]>`
      select doc from audit.entry where doc->'target'->>'id' = ${one!} order by n`;
    expect(rows.map(({ doc }) => doc.action)).toEqual([
      'route.created',
      'route.edited',
      'route.moved',
      'route.deleted'
    ]);
    expect(rows[0]!.doc.target).toEqual({ type: 'route', id: one, name: 'GET a.example/lists' });
    expect(rows[1]!.doc.change).toEqual([{ path: 'takes', old: VIEW, new: DELETE }]);
    expect(rows[2]!.doc.change).toEqual([{ path: 'place', old: 1, new: 2 }]);
  });

  test.each<[string, object, string]>([
    ['a path without its slash', { path: 'lists', takes: VIEW }, 'path'],
    ['a path with a query', { path: '/lists?x', takes: VIEW }, 'path'],
    ['a path that leads back', { path: '/a/../b', takes: VIEW }, 'path'],
    ['a path with %', { path: '/a%20b', takes: VIEW }, 'path'],
    ['a method in small letters', { path: '/', method: 'get', takes: VIEW }, 'method'],
    ['a host with its port', { path: '/', host: 'a.example:443', takes: VIEW }, 'host'],
    ['no permission', { path: '/', takes: 'not.in.catalogue' }, 'takes'],
    ['something else', { path: '/', takes: '*' }, 'takes'],
    ['nothing', { path: '/' }, 'takes']
  ])('%s is refused, by its field', async (_, input, field) => {
    expect(await app.owner.refused('routes.create', input)).toMatchObject({ field });
  });

  test('before one that is not there, and one that is not there', async () => {
    const gone = randomUUID();
    for (const [name, input] of Object.entries({
      create: { path: '/', takes: 'nobody', before: gone },
      update: { id: gone, seen: 1, path: '/' },
      move: { id: gone, before: null },
      delete: { id: gone }
    }))
      expect(await app.owner.refused(`routes.${name}`, input)).toEqual({ code: 'not-found', what: 'route' });
  });
});

describe('[ACC-1] [ACC-2] nobody opens what they do not hold', () => {
  const notHeld = { code: 'access/not-held', permissions: [DELETE] };

  test('neither by adding, nor by changing, moving or deleting', async () => {
    const [strict, wide] = await table(['*', '*', '/lists/x', DELETE], ['*', '*', '/lists', VIEW]);
    const { client } = kay;
    expect(await client.refused('routes.create', { path: '/new', takes: DELETE })).toEqual(notHeld);
    expect(await client.refused('routes.create', { path: '/lists', takes: VIEW, before: strict })).toEqual(
      notHeld
    );
    expect(await client.refused('routes.create', { path: '/', takes: 'signed-in', before: strict })).toEqual(
      notHeld
    );
    expect(await client.refused('routes.update', { id: strict, seen: 1, takes: VIEW })).toEqual(notHeld);
    expect(await client.refused('routes.update', { id: strict, seen: 1, takes: 'signed-in' })).toEqual(
      notHeld
    );
    expect(await client.refused('routes.update', { id: strict, seen: 1, path: '/elsewhere' })).toEqual(
      notHeld
    );
    expect(await client.refused('routes.move', { id: strict, before: null })).toEqual(notHeld);
    expect(await client.refused('routes.move', { id: wide, before: strict })).toEqual(notHeld);
    expect(await client.refused('routes.delete', { id: strict })).toEqual(notHeld);
    // Behind what is stricter, and about what is theirs, they may.
    const { id } = await client.call<{ id: string }>('routes.create', {
      path: '/lists/y',
      takes: VIEW,
      before: wide
    });
    await client.call('routes.move', { id, before: strict });
    // What nobody may reach is shut, and opened again, by who holds everything.
    expect(await client.refused('routes.update', { id, seen: 1, takes: 'nobody' })).toEqual({
      code: 'access/not-held',
      permissions: ['*']
    });
    await client.call('routes.delete', { id });
    expect((await list()).map((route) => route.id)).toEqual([strict, wide]);
  });

  test('[APP-6] an application edits them by what its role holds; a page of another site does not', async () => {
    await table();
    const made = await plantApplication(state, {
      roleId: await roleOf(['people.api_keys.list', 'people.api_keys.edit_scope'])
    });
    const script = new ApiClient(app.origin);
    script.key = made.key;
    await until(async () => (await script.try('routes.list')).value !== undefined, 'the key works');
    expect(await script.refused('routes.create', { path: '/', takes: VIEW })).toMatchObject({
      code: 'access/not-held'
    });
    await script.call('routes.create', { path: '/', takes: 'nobody' });
    expect(await list()).toMatchObject([{ path: '/', takes: 'nobody' }]);
  });
});

async function roleOf(permissions: string[]): Promise<string> {
  return (await app.owner.call<{ id: string }>('roles.create', { name: `Role ${randomUUID()}`, permissions }))
    .id;
}

describe('[DEC-3] [DEC-4] a request is tried', () => {
  test.each<[string, string, string, boolean, string, RegExp]>([
    ['GET', 'https://app.example.com/lists/1?x=1', 'Kay', true, 'granted', /which includes/],
    ['DELETE', 'https://app.example.com/lists/1', 'Kay', false, 'not-granted', /which doesn’t include/],
    ['GET', 'https://app.example.com:8443/open', 'Kay', true, 'signed-in', /anyone .* working key/],
    ['GET', 'http://app.example.com/open', 'nobody', false, 'unknown-subject', /no such/],
    ['GET', 'https://app.example.com/shut', 'Kay', false, 'nobody', /refuses everyone/],
    ['GET', 'https://app.example.com/', 'Kay', false, 'no-route', /No route/],
    ['GET', 'https://app.example.com', 'Kay', false, 'no-route', /No route/],
    ['GET', 'https://app.example.com/lists/../shut', 'Kay', false, 'request', /read in two ways/],
    ['GET', 'https://app.example.com/LISTS', 'Kay', false, 'no-route', /No route/]
  ])('%s %s as %s: %s, %s', async (method, url, who, decision, code, text) => {
    if ((await list()).length !== 4)
      await table(
        ['DELETE', '*', '/lists', DELETE],
        ['*', 'app.example.com', '/lists', VIEW],
        ['*', '*', '/open', 'signed-in'],
        ['*', '*', '/shut', 'nobody']
      );
    const subject = { type: 'administrator', id: who === 'Kay' ? kay.id : who };
    const tried = { method, url, subject };
    const ends = async () => [await endpoint('/open'), await endpoint('/shut')].join(', ');
    await until(async () => (await ends()) === '204 signed-in, 403 nobody', 'the table is known');
    const answer = await kay.client.call<{ text: string }>('routes.try', tried);
    expect(answer).toMatchObject({ decision, code });
    expect(answer.text).toMatch(text);
  });

  test('what is no address is refused', async () => {
    const subject = { type: 'administrator', id: kay.id };
    for (const url of ['app.example.com/lists', '/lists', 'https://', 'ftp://a.example/'])
      expect(await kay.client.refused('routes.try', { method: 'GET', url, subject })).toMatchObject({
        field: 'url'
      });
  });
});
