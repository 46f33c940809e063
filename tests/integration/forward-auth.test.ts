import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication, plantPersonalKey } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [DEC-4] Where proxies ask before they let a request through: what they say counts, and nothing that their clients
// slip in beside it.

const SECRET = 'the secret of the only proxy';
const LISTS = 'audience.contact_lists';
const SEND = 'campaigns.transactional.send';

let app: TestConsole;
/** The endpoint is closed there. */
let shut: TestConsole;
/** Its proxies are elsewhere. */
let elsewhere: TestConsole;
let state: StateProbe;
const keys: Record<string, string> = {};
const ids: Record<string, string> = {};

type Headers = Record<string, string | string[]>;

beforeAll(async () => {
  const env = (proxies: string) => ({ FORWARD_AUTH_SECRET: SECRET, FORWARD_AUTH_PROXIES: proxies });
  app = await startTestConsole({ env: env('127.0.0.1, ::1') });
  shut = await startTestConsole({ databaseUrl: app.databaseUrl });
  elsewhere = await startTestConsole({ databaseUrl: app.databaseUrl, env: env('192.0.2.0/24') });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const all = await role('Editors', [`${LISTS}.view`, `${LISTS}.delete`]);
  const plant = async (name: string, roleId: string, allowlist: string[] = []) => {
    const made = await plantApplication(state, { roleId, allowlist });
    [keys[name], ids[name]] = [made.key, made.id];
  };
  await plant('editor', all);
  await plant('reader', await role('Readers', [`${LISTS}.view`]));
  await plant('sender', await role('Senders', [`${LISTS}.view`, SEND]));
  await plant('pinned', all, ['198.51.100.0/24']);
  const { id } = await app.person('Pia Personal', 'super_administrator');
  keys['narrow'] = (await plantPersonalKey(state, id, [`${LISTS}.view`])).key;
  ids['narrow'] = id;
  await state.audited(async (tx) => {
    const routes = [
      ['DELETE', '*', '/lists', `${LISTS}.delete`],
      ['*', 'admin.example.com', '/', 'people.roles.view'],
      ['*', '*', '/lists', `${LISTS}.view`],
      ['GET', '*', '/gone', 'not.in.catalogue'],
      ['*', '*', '/send', SEND],
      ['*', '*', '/open/shut', 'nobody'],
      ['*', '*', '/open', 'signed-in']
    ];
    const rows = routes.map(([method, host, path, takes], position) => ({
      id: randomUUID(),
      ...{ position, method, host, path, takes }
    }));
    await tx`insert into forward_routes ${tx(rows)}`;
    await tx`select pg_notify('authority', 'all')`;
  });
  for (const name of Object.keys(keys))
    await until(async () => (await ask(name === 'pinned' ? OF_PINNED : {}, name)).status === 204, name);
});
afterAll(async () => {
  await state.close();
  await elsewhere.stop();
  await shut.stop();
  await app.stop();
});

/** Headers that the proxy sends for `GET https://app.example.com/lists/17?full=1`. */
const SAID = {
  'X-Rolecall-Proxy': SECRET,
  'X-Forwarded-Method': 'GET',
  'X-Forwarded-Host': 'app.example.com',
  'X-Forwarded-Uri': '/lists/17?full=1',
  'X-Forwarded-For': '203.0.113.7'
};
const OF_PINNED = { 'X-Forwarded-For': '1.2.3.4, 198.51.100.7' };

/** Asks as a proxy would. A header of null is left out; several values are as many headers. */
async function ask(
  given: Record<string, string | string[] | null> = {},
  as: string | null = 'editor',
  of = app,
  method = 'GET'
): Promise<{ status: number; headers: IncomingMessage['headers'] }> {
  const key = as === null ? {} : { authorization: `Bearer ${keys[as]}` };
  const all = { ...SAID, ...key, ...given };
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Headers;
  const asked = request(`${of.origin}/authz/forward`, { method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  expect(response.headers.location).toBeUndefined();
  return { status: response.statusCode!, headers: response.headers };
}

describe('[DEC-4] what the route takes is asked of whoever’s key came with the request', () => {
  test.each<[string, string | null, Record<string, string | null>, number, string | undefined]>([
    ['what is granted', 'editor', {}, 204, 'granted'],
    [
      'by nginx’s headers',
      'editor',
      {
        'X-Forwarded-Method': null,
        'X-Forwarded-Uri': null,
        'X-Original-Method': 'GET',
        'X-Original-URI': '/lists'
      },
      204,
      'granted'
    ],
    ['a method of its own', 'editor', { 'X-Forwarded-Method': 'DELETE' }, 204, 'granted'],
    ['that method, without what it takes', 'reader', { 'X-Forwarded-Method': 'DELETE' }, 403, 'not-granted'],
    ['a host of its own', 'editor', { 'X-Forwarded-Host': 'ADMIN.example.com:443' }, 403, 'not-granted'],
    ['a personal key', 'narrow', {}, 204, 'granted'],
    [
      'a personal key beyond its scopes',
      'narrow',
      { 'X-Forwarded-Host': 'admin.example.com' },
      403,
      'not-granted'
    ],
    ['no route', 'editor', { 'X-Forwarded-Uri': '/listsx' }, 403, 'no-route'],
    ['a permission that the catalogue lost', 'editor', { 'X-Forwarded-Uri': '/gone' }, 403, 'unknown-action'],
    ['anybody with a key', 'reader', { 'X-Forwarded-Uri': '/open/x' }, 204, 'signed-in'],
    ['a personal key of little worth too', 'narrow', { 'X-Forwarded-Uri': '/open/x' }, 204, 'signed-in'],
    ['but nobody without one', null, { 'X-Forwarded-Uri': '/open/x' }, 401, undefined],
    ['what nobody has', 'editor', { 'X-Forwarded-Uri': '/open/shut' }, 403, 'nobody'],
    ['what nobody has, in capitals', 'editor', { 'X-Forwarded-Uri': '/open/SHUT' }, 403, 'no-route'],
    ['capitals below the route', 'editor', { 'X-Forwarded-Uri': '/lists/AbC' }, 204, 'granted'],
    ['a slash at the end', 'editor', { 'X-Forwarded-Uri': '/open/shut/' }, 403, 'nobody'],
    ['a method in capitals that is another', 'reader', { 'X-Forwarded-Method': 'HEAD' }, 204, 'granted'],
    ['no key', null, {}, 401, undefined],
    ['something else', null, { authorization: 'Basic YTpi' }, 401, undefined],
    ['another key', null, { authorization: 'Bearer rck_live_x' }, 401, undefined],
    ['from an address that the key is not for', 'pinned', {}, 401, undefined],
    ['from its own, as the proxy says', 'pinned', OF_PINNED, 204, 'granted'],
    [
      'from its own, as the client says',
      'pinned',
      { 'X-Forwarded-For': '198.51.100.7, 203.0.113.7' },
      401,
      undefined
    ]
  ])('%s', async (_, as, given, status, decision) => {
    const answer = await ask(given, as);
    expect(answer.status).toBe(status);
    expect(answer.headers['x-rolecall-decision']).toBe(decision);
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    if (status === 204) {
      const kind = as === 'narrow' ? 'administrator' : 'application';
      expect(answer.headers['x-rolecall-subject']).toBe(`${kind}:${ids[as!]}`);
      expect(answer.headers['rolecall-revision']).toMatch(/^\d+$/);
    }
  });

  test('[LOG-1] a no is in the log', async () => {
    await ask({ 'X-Forwarded-Method': 'DELETE' }, 'reader');
    const missing = async () =>
      (
        await state.sql<{ doc: { change: unknown[] } }[]>`
          select doc from audit.entry where doc->'actor'->>'id' = ${ids['reader']!}`
      ).flatMap(({ doc }) => doc.change);
    // Told some seconds after the answer.
    await expect.poll(missing).toContainEqual({ path: 'missing', old: null, new: [`${LISTS}.delete`] });
  });

  test('[APP-4] a route that refuses everyone is counted as one, and as no permission', async () => {
    expect((await ask({ ...OF_PINNED, 'X-Forwarded-Uri': '/open/shut' }, 'pinned')).status).toBe(403);
    const counted = async () =>
      (
        await state.sql<{ outcome: string; permission: string }[]>`select outcome, permission from call_counts
          where application_id = ${ids['pinned']!} and outcome in ('permission', 'route')`
      ).map(({ outcome, permission }) => [outcome, permission]);
    await expect.poll(counted).toEqual([['route', '']]);
  });

  test('[LOG-6] a flood of noes costs no transaction each, and every one of them is counted', async () => {
    const refused = async () => (await ask({ 'X-Forwarded-Method': 'DELETE' }, 'narrow')).status;
    await state.sql`create sequence denial_writes`;
    await state.sql`create function count_denial() returns trigger language plpgsql security definer as
      $$ begin perform nextval('public.denial_writes'); return null; end $$`;
    await state.sql`create trigger count_denial after insert or update on denials
      for each statement execute function count_denial()`;
    const counted = async () => {
      const [row] = await state.sql<{ n: number }[]>`
        select coalesce(sum(repeats), 0)::int as n from denials where administrator_id = ${ids['narrow']!}`;
      return row!.n;
    };
    expect(await refused()).toBe(403);
    const before = await counted();
    for (let n = 0; n < 10; n++)
      expect(new Set(await Promise.all(Array.from({ length: 20 }, refused)))).toEqual(new Set([403]));
    await expect.poll(counted).toBe(before + 200);
    const [writes] = await state.sql<{ n: number }[]>`select last_value::int as n from denial_writes`;
    // Each writing is two statements to it, what is inserted and what is updated: 400 when each no is written.
    expect(writes!.n).toBeLessThan(60);
  });

  test('[QUO-8] while sending is paused what sends is a no, and no entry: nobody lacks anything', async () => {
    const subject = { type: 'application', id: ids['sender']! };
    const send = async () => (await ask({ 'X-Forwarded-Uri': '/send' }, 'sender')).headers;
    const entries = () => state.sql`select n from audit.entry
      where doc->>'action' = 'access.denied' and doc->'actor'->>'id' = ${subject.id}`;
    expect((await send())['x-rolecall-decision']).toBe('granted');
    await app.owner.call('caps.pause', { subject, reason: 'complaints' });
    await until(async () => (await send())['x-rolecall-decision'] === 'paused', 'it is paused');
    // What a no is recorded by is there with its answer.
    expect(await entries()).toEqual([]);
    await ask({ 'X-Forwarded-Method': 'DELETE' }, 'sender');
    expect(await entries()).toHaveLength(1);
  });

  test('[APP-5] [AUT-2] a key of somebody who must set up a second factor first opens nothing, here or elsewhere', async () => {
    const { id } = await app.person('Nora Newrule', 'super_administrator');
    keys['unproved'] = (await plantPersonalKey(state, id, [`${LISTS}.view`])).key;
    await until(async () => (await ask({}, 'unproved')).status === 204, 'it works');
    await app.owner.call('administrators.require2fa', { id, required: true });
    await until(async () => (await ask({}, 'unproved')).status === 401, 'refused to the proxy');
    const key = keys['unproved'];
    const decision = await askEndpoint(app.origin, '/access/v1/evaluation', { key, body: {} });
    expect(decision).toMatchObject({ status: 401, body: { code: 'suspended' } });
    expect(decision.headers.get('www-authenticate')).toContain('suspended');
    const procedure = await askEndpoint(app.origin, '/trpc/roles.list', { key });
    expect(procedure.text).toContain('auth/step-required');
  });
});

describe('[DEC-4] what is said counts with the secret, and from a listed address, alone', () => {
  test.each<[string, Record<string, string | string[] | null>]>([
    ['no secret', { 'X-Rolecall-Proxy': null }],
    ['an empty one', { 'X-Rolecall-Proxy': '' }],
    ['another', { 'X-Rolecall-Proxy': `${SECRET}x` }],
    ['it twice', { 'X-Rolecall-Proxy': [SECRET, SECRET] }],
    ['as a key', { 'X-Rolecall-Proxy': null, authorization: `Bearer ${SECRET}` }]
  ])('%s', async (_, given) =>
    expect(await ask(given)).toMatchObject({ status: 403, headers: { 'x-rolecall-decision': 'proxy' } })
  );

  test('from an address that is not listed, whatever it says of itself', async () => {
    expect((await ask({}, 'editor', elsewhere)).status).toBe(403);
    expect((await ask({ 'X-Forwarded-For': '192.0.2.1' }, 'editor', elsewhere)).status).toBe(403);
  });

  test('where nothing is set up the endpoint is closed; other methods are none of its', async () => {
    expect((await ask({}, 'editor', shut)).status).toBe(403);
    expect((await ask({}, 'editor', app, 'POST')).status).toBe(405);
  });
});

describe('[DEC-4] what a client slips in is refused', () => {
  const twice = (name: string, value: string): [string, Record<string, string | string[]>] => [
    `${name} twice`,
    { [name]: [value, value] }
  ];
  test.each<[string, Record<string, string | string[] | null>]>([
    twice('X-Forwarded-Method', 'GET'),
    twice('X-Forwarded-Uri', '/lists'),
    twice('X-Forwarded-Host', 'app.example.com'),
    ['a key twice', { authorization: ['Bearer a', 'Bearer b'] }],
    ['X_Forwarded_Uri', { X_Forwarded_Uri: '/lists' }],
    ['X_Forwarded-Method', { 'X_Forwarded-Method': 'GET' }],
    ['X.Forwarded.Host', { 'X.Forwarded.Host': 'app.example.com' }],
    ['the headers of both kinds of proxies', { 'X-Original-URI': '/lists' }],
    ['a method of the other kind', { 'X-Original-Method': 'GET' }],
    ['what the program is told', { 'X-Rolecall-Subject': 'administrator:1' }],
    ['the same under another spelling', { X_Rolecall_Subject: 'administrator:1' }],
    ['a decision', { 'x-rolecall-decision': 'granted' }],
    ['neither', { 'X-Forwarded-Uri': null, 'X-Forwarded-Method': null }]
  ])('%s is 400', async (_, given) => expect((await ask(given)).status).toBe(400));

  test.each([
    ...[
      '/lists/../admin',
      '/lists/..',
      '/lists/%2e%2e/admin',
      '/lists/%2E./x',
      '/lists//17',
      '//lists',
      '/lists;x=1',
      '/lists%3b'
    ],
    ...[
      '/lists%2f17',
      '/lists%2F17',
      '/lists\\17',
      '/lists%5c17',
      '/lists%00',
      '/lists%252e',
      '/lists%',
      '/lists#',
      '/lists#/../admin',
      '/lists?a#b',
      '/lists%23',
      '/lists%3f',
      '/lists.',
      '/lists%20',
      '/lists%EF%BC%8F17',
      'lists',
      '',
      'http://app/lists'
    ]
  ])('an address that can be read in two ways is 403: %j', async (uri) => {
    expect(await ask({ 'X-Forwarded-Uri': uri })).toMatchObject({
      status: 403,
      headers: { 'x-rolecall-decision': 'request' }
    });
  });

  test.each<[string, Record<string, string | null>]>([
    ['a method in small letters', { 'X-Forwarded-Method': 'get' }],
    ['no method', { 'X-Forwarded-Method': null }],
    ['two methods in one', { 'X-Forwarded-Method': 'GET, DELETE' }],
    ['two hosts in one', { 'X-Forwarded-Host': 'app.example.com, admin.example.com' }],
    ['a host that is none', { 'X-Forwarded-Host': '-' }]
  ])('%s is 403', async (_, given) => expect((await ask(given)).status).toBe(403));

  test('a letter that is written with % is the letter', async () => {
    expect((await ask({ 'X-Forwarded-Uri': '/%6cists' })).status).toBe(204);
    expect(
      (await ask({ 'X-Forwarded-Uri': '/%6cists', 'X-Forwarded-Method': 'DELETE' }, 'reader')).status
    ).toBe(403);
  });
});
