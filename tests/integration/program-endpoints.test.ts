import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKey, writeKey } from '../../src/lib/core/applications/key-format';
import { endpointRoutes } from '../support/all-endpoints';
import { plantApplication, plantPersonalKey, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint, type EndpointRequest } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { within } from '../support/trials';

// [APP-4] [DEC-2] The endpoints for programs: who is let in, and what every answer says.

let app: TestConsole;
/** Another process on the same database, which hears no notification about authority. */
let second: TestConsole;
let state: StateProbe;
let asker: Planted;

const ASK = {
  subject: { type: 'administrator', id: 'maya@northwind.example' },
  action: { name: 'merge' },
  resource: { type: 'audience.contact_lists', id: '1' }
};
const evaluate = (given: EndpointRequest = {}, of = app) =>
  askEndpoint(of.origin, '/access/v1/evaluation', { key: asker.key, body: ASK, ...given });

beforeAll(async () => {
  app = await startTestConsole({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  second = await startTestConsole({ databaseUrl: app.databaseUrl, hearsAuthority: () => false });
  state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Deciders',
    permissions: ['tools.decisions.evaluate']
  });
  asker = await plantApplication(state, { roleId, name: 'Sending layer' });
  for (const of of [app, second])
    await until(async () => (await evaluate({}, of)).status === 200, 'the key works');
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

test('every endpoint is listed here with what it takes', () => {
  const endpoints = endpointRoutes().map((route) => {
    // Who may ask, and by what it is counted how much they do: those with a permission by their key.
    const { by, limit } =
      'permission' in route
        ? { by: route.permission, limit: 'key' }
        : { by: route.caller, limit: route.limit };
    return `${route.method} ${route.path} ${by}${limit === 'key' ? '' : `, per ${limit}`}`;
  });
  expect(endpoints).toEqual([
    'POST /access/v1/evaluation tools.decisions.evaluate',
    'POST /access/v1/evaluations tools.decisions.evaluate',
    'POST /access/v1/search/subject tools.decisions.search',
    'POST /access/v1/search/action tools.decisions.search',
    'POST /access/v1/search/resource tools.decisions.search',
    'GET /access/v1/snapshot tools.decisions.snapshot',
    ...['consume', 'reserve', 'commit', 'release'].map(
      (endpoint) => `POST /caps/v1/${endpoint} quotas.ledger.consume`
    ),
    'POST /caps/v1/peek quotas.ledger.view_usage',
    'POST /caps/v1/leases quotas.ledger.consume',
    'POST /caps/v1/leases/renew quotas.ledger.consume',
    'DELETE /caps/v1/leases/* quotas.ledger.consume',
    'POST /keys/v1/leaked anybody, per network',
    'GET /api/openapi.json anybody, per network',
    'GET /.well-known/authzen-configuration anybody, per network',
    'GET /authz/forward proxy',
    'GET /access/v1/changes tools.decisions.snapshot'
  ]);
  const docs = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  for (const endpoint of endpoints) expect(docs).toContain(endpoint.split(' ')[1]);
});

describe('[APP-4] who is let in', () => {
  const set = (table: 'applications' | 'api_keys', id: string, change: Record<string, unknown>) =>
    state.audited(async (tx) => {
      await tx`update ${tx(table)} set ${tx(change)} where id = ${id}`;
      await tx`select pg_notify('authority', 'all')`;
    });

  test.each<[string, () => string | null]>([
    ['no key', () => null],
    ['something else', () => 'secret'],
    ['a mistyped key', () => `${asker.key.slice(0, -1)}~`],
    ['a key that was never made', () => writeKey({ kid: 'A'.repeat(12), secret: 'B'.repeat(32) })],
    ['another secret', () => writeKey({ kid: asker.key.slice(9, 21), secret: 'B'.repeat(32) })]
  ])('%s is unknown', async (_, key) => {
    const { status, headers, body } = await evaluate({ key: key() });
    expect({ status, body }).toMatchObject({ status: 401, body: { code: 'unknown' } });
    expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="Rolecall"/);
    expect(headers.get('rolecall-revision')).toBeNull();
  });

  test('[DEC-2] each refusal says which, within a second where notifications arrive, and within two where they are lost', async () => {
    const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'For a while',
      permissions: ['tools.decisions.evaluate']
    });
    const made = await plantApplication(state, { roleId });
    const past = new Date(Date.now() - 1000);
    const become = async (expected: string, change: () => Promise<unknown>) => {
      await change();
      const begun = performance.now();
      await Promise.all(
        [app, second].map(async (of, n) => {
          await until(async () => {
            const { status, body } = await evaluate({ key: made.key }, of);
            return expected === (status === 200 ? 'yes' : (body as { code: string }).code);
          }, expected);
          expect(performance.now() - begun, expected).toBeLessThan(within(n === 0 ? 1000 : 2000));
        })
      );
    };
    const steps: [string, () => Promise<unknown>][] = [
      ['yes', () => Promise.resolve()],
      ['address', () => set('applications', made.id, { allowlist: state.sql.json(['192.0.2.7']) })],
      ['yes', () => set('applications', made.id, { allowlist: state.sql.json([]) })],
      ['suspended', () => set('applications', made.id, { status: 'suspended' })],
      ['yes', () => set('applications', made.id, { status: 'active' })],
      ['access/permission-required', () => set('applications', made.id, { role_id: 'analyst' })],
      ['yes', () => set('applications', made.id, { role_id: roleId })],
      [
        'access/permission-required',
        () => app.owner.call('roles.edit', { id: roleId, seen: 1e6, revoke: ['tools.decisions.evaluate'] })
      ],
      [
        'yes',
        () => app.owner.call('roles.edit', { id: roleId, seen: 1e6, grant: ['tools.decisions.evaluate'] })
      ],
      ['rotated', () => set('api_keys', made.keyId, { retires_at: past, replaced_by: asker.keyId })],
      [
        'expired',
        () => set('api_keys', made.keyId, { retires_at: null, replaced_by: null, expires_at: past })
      ],
      ['revoked', () => set('api_keys', made.keyId, { revoked_at: past, revoked_reason: 'revoked' })]
    ];
    for (const [expected, change] of steps) await become(expected, change);
  });

  test('the address is the client’s, as trusted proxies say', async () => {
    const made = await plantApplication(state, {
      roleId: 'super_administrator',
      allowlist: ['192.0.2.0/24']
    });
    const from = async (ip: string) =>
      (await evaluate({ key: made.key, headers: { 'x-forwarded-for': ip } })).status;
    await until(async () => (await from('192.0.2.9')) === 200, 'let in');
    expect(await from('198.51.100.1')).toBe(401);
  });

  test('[APP-5] a personal key asks for its person, within its own scopes', async () => {
    const { id } = await app.person('Paula Personal', 'super_administrator');
    const wide = await plantPersonalKey(state, id, ['tools.decisions.evaluate']);
    const narrow = await plantPersonalKey(state, id, ['people.roles.view']);
    await until(async () => (await evaluate({ key: wide.key })).status === 200, 'let in');
    await until(async () => (await evaluate({ key: narrow.key })).status === 403, 'not let in');
  });

  test('[LOG-1] [DEC-6] what lacks the permission is in the log, and equal ones are counted', async () => {
    const made = await plantApplication(state, { roleId: 'analyst', name: 'Curious script' });
    await until(async () => (await evaluate({ key: made.key })).status === 403, 'known');
    for (let n = 0; n < 5; n++) await evaluate({ key: made.key });
    const rows = await state.sql<{ doc: Record<string, unknown> }[]>`
      select doc from audit.entry where doc->'actor'->>'id' = ${made.id}`;
    expect(rows).toHaveLength(1);
    expect(rows[0]!.doc).toMatchObject({
      action: 'access.denied',
      outcome: 'denied',
      reason: 'access/permission-required',
      actor: {
        type: 'application',
        name: 'Curious script',
        via: 'key',
        key: made.key.slice(9, 21),
        sid: null
      },
      change: [
        { path: 'procedure', new: '/access/v1/evaluation' },
        { path: 'missing', new: ['tools.decisions.evaluate'] }
      ]
    });
    const repeats = async () =>
      (await state.sql`select repeats from denials where administrator_id = ${made.id}`)[0]?.['repeats'];
    await expect.poll(repeats).toBe(5);
  });

  test('cookies and origins count for nothing', async () => {
    const { status } = await evaluate({ key: null, headers: { cookie: app.owner.cookie } });
    expect(status).toBe(401);
    const there = await evaluate({
      headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    });
    expect(there.status).toBe(200);
    expect([...there.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(there.headers.get('set-cookie')).toBeNull();
    const preflight = await askEndpoint(app.origin, '/access/v1/evaluation', { method: 'OPTIONS' });
    expect(preflight.status).toBe(405);
  });
});

describe('what every answer says', () => {
  test('the request’s id as it was sent, the revision, what is left of the rate; nothing is kept', async () => {
    const { status, headers } = await evaluate({ headers: { 'x-request-id': 'bfe9eb29-ab87/ü' } });
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toBe('bfe9eb29-ab87/ü');
    expect(headers.get('rolecall-revision')).toMatch(/^\d+$/);
    expect(headers.get('ratelimit-policy')).toBe('"default";q=6000;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"default";r=59\d\d;t=\d+$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await evaluate()).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('too many calls of an application are told when to come back', async () => {
    const made = await plantApplication(state, { roleId: 'super_administrator', perMinute: 3 });
    await until(async () => (await evaluate({ key: made.key })).status === 200, 'let in');
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await evaluate({ key: made.key }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const { headers, body } = answers[2]!;
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
    expect(headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(10);
    expect(body).toMatchObject({ status: 429, 'violated-policies': ['default'] });
    expect((await evaluate()).status).toBe(200);
  });

  test('[DEC-2] at least as fresh as was demanded: never a stale yes, also where nothing is heard', async () => {
    const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'On and off',
      permissions: ['audience.contact_lists.merge']
    });
    const { id } = await app.person('Rob Revoked', roleId);
    const subject = { type: 'administrator', id };
    for (let round = 0; round < 4; round++) {
      const change = round % 2 === 0 ? 'revoke' : 'grant';
      await app.owner.call('roles.edit', {
        id: roleId,
        seen: 1e6,
        [change]: ['audience.contact_lists.merge']
      });
      await state.settled();
      const [row] = await state.sql<{ seq: string }[]>`select max(seq) as seq from audit.seq`;
      const asked = { headers: { 'rolecall-at-least': row!.seq }, body: { ...ASK, subject } };
      let { status, headers, body } = await evaluate(asked, second);
      // Not known within a second, as on a busy machine, it is no answer at all.
      await until(async () => {
        if (status === 503) ({ status, headers, body } = await evaluate(asked, second));
        return status !== 503;
      }, 'an answer');
      expect(status).toBe(200);
      expect(Number(headers.get('rolecall-revision'))).toBeGreaterThanOrEqual(Number(row!.seq));
      expect(body).toMatchObject({ decision: change === 'grant' });
    }
  });

  test('what is not reached within a second is not answered; what is no number is refused', async () => {
    const { status, headers } = await evaluate({ headers: { 'rolecall-at-least': '999999999' } });
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect((await evaluate({ headers: { 'rolecall-at-least': '-1' } })).status).toBe(400);
  });

  test('[APP-2] the last use is noted once a minute', async () => {
    await until(
      async () => (await state.sql`select 1 from key_uses where key_id = ${asker.keyId}`).length === 1
    );
    const [row] = await state.sql`select ip, user_agent, at from key_uses where key_id = ${asker.keyId}`;
    expect(row).toMatchObject({ ip: '127.0.0.1', user_agent: 'node' });
    await evaluate();
    const [again] = await state.sql`select at from key_uses where key_id = ${asker.keyId}`;
    expect(again!['at']).toEqual(row!['at']);
  });
});

describe('what is taken', () => {
  test.each<[string, EndpointRequest & { path?: string }, number]>([
    ['no JSON', { body: 'subject=alice' }, 400],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 400],
    ['JSON of another name', { headers: { 'content-type': 'application/jsonp' } }, 400],
    ['a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }, 200],
    ['an empty body', { body: '' }, 400],
    ['a member twice', { body: JSON.stringify(ASK).replace('{', '{"action":{"name":"view"},') }, 400],
    ['nested too deep', { body: '['.repeat(60) + ']'.repeat(60) }, 400],
    ['65 KiB', { body: JSON.stringify({ ...ASK, context: { x: 'x'.repeat(66_000) } }) }, 413],
    ['64 KiB and no key', { key: null, body: 'x'.repeat(60_000) }, 401],
    ['another method', { method: 'PUT' }, 405],
    ['a GET', { method: 'GET', body: undefined }, 405],
    ['an endpoint that there is not', { path: '/access/v1/evaluate' }, 404],
    ['one below an endpoint', { path: '/access/v1/evaluation/1' }, 404]
  ])('%s', async (_, { path = '/access/v1/evaluation', ...given }, expected) => {
    const { status, headers } = await askEndpoint(app.origin, path, { key: asker.key, body: ASK, ...given });
    expect(status).toBe(expected);
    expect(headers.get('location')).toBeNull();
  });

  test.each<[string, string, string[]]>([
    ['a wrong secret', '401', []],
    ['a revision that is no number', '400', ['rolecall-at-least: x']]
  ])('a body too large ends the connection, whatever is answered first: %s', async (_, status, more) => {
    const key =
      status === '401' ? writeKey({ kid: parseKey(asker.key)!.kid, secret: 'a'.repeat(32) }) : asker.key;
    const { hostname, port } = new URL(app.origin);
    const socket = connect(Number(port), hostname);
    socket.write(
      [
        'POST /access/v1/evaluation HTTP/1.1',
        'host: localhost',
        'content-type: application/json',
        `authorization: Bearer ${key}`,
        ...more,
        'transfer-encoding: chunked',
        '\r\n'
      ].join('\r\n')
    );
    for (let sent = 0; sent < 10; sent++) socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(said.toLowerCase()).toContain('connection: close');
  });

  test('the page beside the endpoints is a page', async () => {
    const { headers } = await askEndpoint(app.origin, '/access');
    expect(headers.get('content-type')).toMatch(/^text\/html/);
  });
});
