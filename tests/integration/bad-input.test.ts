import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partOf } from '../../src/lib/protocol/operation-part';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import type { ApiClient } from '../support/api-client';
import { rawStatus, upgradeLines } from '../support/raw-socket';
import { openState, type StateProbe } from '../support/state';

let app: TestConsole;
let state: StateProbe;
let admin: ApiClient;
let roleId: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  admin = (await app.person('Priya Nair', 'admin')).client;
  roleId = (await app.owner.call<{ id: string }>('roles.create', { name: 'Night shift' })).id;
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** Calls, and expects a clear refusal and nothing changed. Returns the refusal. */
async function refusedWithoutTrace(procedure: string, input: object): Promise<Record<string, unknown>> {
  const before = await state.rows();
  const clocks = await state.clocks();
  const result = await admin.try(procedure, input);
  expect(result.status, result.body).toBeLessThan(500);
  expect(result.refusal, result.body.slice(0, 500)).toBeTruthy();
  expect(await state.rows()).toBe(before);
  expect(await state.clocks()).toEqual(clocks);
  return result.refusal as unknown as Record<string, unknown>;
}

const HUGE = 'x'.repeat(10 * 1024 * 1024);
const edit = (change: object) => ({ id: roleId, seen: 1, ...change });
const person = (change: object) => ({
  name: 'New',
  email: 'new@northwind.example',
  roleId: 'support',
  password: PASSWORD,
  ...change
});

describe('[UX-4] wrong values: a refusal that names the field, and nothing changed', () => {
  const WRONG: [string, string, () => object, string | RegExp][] = [
    ['roles.edit', 'no id', () => ({ seen: 1 }), 'id'],
    ['roles.edit', 'an id of another type', () => edit({ id: 7 }), 'id'],
    ['roles.edit', 'an id that is none', () => edit({ id: '../support' }), 'id'],
    ['roles.edit', 'an id in capitals', () => edit({ id: 'SUPPORT' }), 'id'],
    ['roles.edit', 'an id that is __proto__', () => edit({ id: '__proto__' }), 'id'],
    ['roles.edit', 'no seen', () => ({ id: roleId }), 'seen'],
    ['roles.edit', 'seen null (NaN in JSON)', () => edit({ seen: NaN }), 'seen'],
    ['roles.edit', 'seen a fraction', () => edit({ seen: 1.5 }), 'seen'],
    ['roles.edit', 'seen negative', () => edit({ seen: -1 }), 'seen'],
    ['roles.edit', 'seen too large', () => edit({ seen: 2 ** 53 }), 'seen'],
    ['roles.edit', 'seen 1e308', () => edit({ seen: 1e308 }), 'seen'],
    ['roles.edit', 'seen as text', () => edit({ seen: '1' }), 'seen'],
    ['roles.edit', 'a permission of another type', () => edit({ grant: [7] }), 'grant.0'],
    ['roles.edit', 'a permission in capitals', () => edit({ grant: ['AUDIENCE.CONTACTS.VIEW'] }), 'grant.0'],
    [
      'roles.edit',
      'a permission with a Cyrillic letter',
      () => edit({ grant: ['audience.соntacts.view'] }),
      'grant.0'
    ],
    [
      'roles.edit',
      'a permission in full-width letters',
      () => edit({ grant: ['ａudience.contacts.view'] }),
      'grant.0'
    ],
    [
      'roles.edit',
      'a permission with a blank',
      () => edit({ grant: ['audience.contacts.view '] }),
      'grant.0'
    ],
    [
      'roles.edit',
      'a permission with a zero character',
      () => edit({ grant: ['audience.contacts.view\0'] }),
      'grant.0'
    ],
    ['roles.edit', 'permissions that are no list', () => edit({ grant: 'audience.contacts.view' }), 'grant'],
    [
      'roles.edit',
      'permissions as an object',
      () => edit({ grant: { 0: 'audience.contacts.view', length: 1 } }),
      'grant'
    ],
    [
      'roles.edit',
      '1,001 permissions',
      () => edit({ grant: Array(1001).fill('audience.contacts.view') }),
      'grant'
    ],
    [
      'roles.edit',
      '1,001 in two lists',
      () => edit({ grant: Array(501).fill('a'), revoke: Array(500).fill('a') }),
      'grant'
    ],
    ['roles.edit', 'a name that is empty', () => edit({ name: '' }), 'name'],
    ['roles.edit', 'a name of blanks', () => edit({ name: ' \t ' }), 'name'],
    ['roles.edit', 'a name of 81 characters', () => edit({ name: 'x'.repeat(81) }), 'name'],
    ['roles.edit', 'a name with a control', () => edit({ name: 'a\u001b[2Jb' }), 'name'],
    ['roles.edit', 'a name that turns its direction', () => edit({ name: 'a\u202eb' }), 'name'],
    ['roles.edit', 'a name with half a character', () => edit({ name: 'a\ud800' }), 'name'],
    [
      'roles.edit',
      'a description of 501 characters',
      () => edit({ description: 'x'.repeat(501) }),
      'description'
    ],
    ['roles.edit', 'require2fa as text', () => edit({ require2fa: 'false' }), 'require2fa'],
    ['roles.edit', 'a key that is not known', () => edit({ locked: false }), 'locked'],
    [
      'roles.edit',
      'a key named __proto__',
      () => JSON.parse(`{"id":"${roleId}","seen":1,"__proto__":{"owner":true}}`) as object,
      '__proto__'
    ],
    ['roles.edit', 'no operation id', () => edit({ op: undefined }), 'op'],
    ['roles.edit', 'an operation id that is none', () => edit({ op: 'again' }), 'op'],
    ['roles.create', 'a name of the wrong type', () => ({ name: ['Night'] }), 'name'],
    ['roles.create', 'a source that is no id', () => ({ name: 'N', from: 'no such role' }), 'from'],
    ['roles.delete', 'a list of ids', () => ({ id: [roleId] }), 'id'],
    ['roles.holders', 'a zero character', () => ({ permission: 'a\0' }), 'permission'],
    ['administrators.create', 'an address that is none', () => person({ email: 'nobody' }), 'email'],
    [
      'administrators.create',
      'two lines of address',
      () => person({ email: 'a@b.example\nbcc:c@d.example' }),
      'email'
    ],
    ['administrators.create', 'a short password', () => person({ password: 'short' }), 'password'],
    [
      'administrators.create',
      'an ill-formed password',
      () => person({ password: `${PASSWORD}\ud800` }),
      'password'
    ],
    ['administrators.create', 'a cap that is negative', () => person({ caps: { daily: -1 } }), 'caps.daily'],
    [
      'administrators.create',
      'a cap that is a fraction',
      () => person({ caps: { daily: 0.5 } }),
      'caps.daily'
    ],
    ['administrators.create', 'a cap beyond 10^12', () => person({ caps: { daily: 2 ** 53 } }), 'caps.daily'],
    ['administrators.create', 'a cap as text', () => person({ caps: { daily: '5000' } }), 'caps.daily'],
    [
      'administrators.create',
      'a cap that is null (NaN)',
      () => person({ caps: { daily: NaN } }),
      'caps.daily'
    ],
    ['administrators.create', 'a cap that does not exist', () => person({ caps: { yearly: 5 } }), /^caps/],
    ['administrators.create', 'owner set by the way', () => person({ owner: true }), 'owner'],
    ['administrators.get', 'an id that is none', () => ({ id: 'me' }), 'id'],
    ['administrators.list', 'a search with a zero character', () => ({ search: 'a\0b' }), 'search'],
    ['administrators.list', 'a cursor of another list', () => ({ cursor: 'abc' }), 'cursor'],
    [
      'administrators.list',
      'a cursor with half an id',
      () => ({ cursor: Buffer.from(JSON.stringify(['a', '-'.repeat(36)])).toString('base64url') }),
      'cursor'
    ],
    [
      'administrators.list',
      'a cursor with a zero character',
      () => ({ cursor: Buffer.from(JSON.stringify(['a\0', randomUUID()])).toString('base64url') }),
      'cursor'
    ],
    ['administrators.list', 'a limit of a million', () => ({ limit: 1e6 }), 'limit'],
    ['log.list', 'a search with a zero character', () => ({ search: '\0' }), 'search'],
    ['log.list', 'a target with a zero character', () => ({ target: '\0' }), 'target'],
    ['log.list', 'an action with a zero character', () => ({ action: '\0' }), 'action'],
    ['log.list', 'an address with a zero character', () => ({ ip: '\0' }), 'ip'],
    ['log.list', 'a time that is none', () => ({ from: 'yesterday' }), 'from'],
    ['log.list', 'a cursor that is none', () => ({ cursor: '1; drop table audit.entry' }), 'cursor'],
    ['log.list', 'a view that is none', () => ({ view: 'all' }), 'view'],
    ['me.setAllowlist', 'half a character', () => ({ networks: ['\ud800'] }), 'networks.0'],
    ['me.setAllowlist', 'a zero character', () => ({ networks: ['\0'] }), 'networks.0'],
    ['log.count', 'a page of what has none', () => ({ limit: 5 }), 'limit'],
    ['log.export', 'a format that is none', () => ({ format: 'xml' }), 'format'],
    ['log.export', 'a search with a zero character', () => ({ search: '\0' }), 'search'],
    ['lists.export', 'a list that is none', () => ({ list: 'people' }), 'list'],
    ['log.cancelExport', 'an id that is none', () => ({ id: '../x' }), 'id']
  ];
  test.each(WRONG)(
    'a wrong value is refused by its field: %s with %s',
    async (procedure, _, input, field) => {
      const refusal = await refusedWithoutTrace(procedure, input());
      expect(refusal['code']).toMatch(/^input\//);
      if (typeof field === 'string') expect(refusal['field']).toBe(field);
      else expect(refusal['field']).toMatch(field);
      expect(refusal['message']).toEqual(expect.any(String));
    }
  );

  test('10 MB in any field, and 100,000 permissions in one call', async () => {
    const many = Array.from({ length: 100_000 }, (_, n) => `audience.contacts.p${n}`);
    for (const input of [
      edit({ name: HUGE }),
      edit({ description: HUGE }),
      edit({ id: HUGE }),
      edit({ op: HUGE }),
      edit({ grant: many }),
      edit({ revoke: many })
    ])
      expect(await refusedWithoutTrace('roles.edit', input)).toMatchObject({
        code: 'input/invalid',
        field: 'request'
      });
  });
});

describe('what does not exist', () => {
  test('roles, people, permissions: a refusal each, with its code', async () => {
    const nobody = randomUUID();
    expect(await refusedWithoutTrace('roles.edit', edit({ id: nobody, name: 'x' }))).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await refusedWithoutTrace('roles.get', { id: nobody })).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await refusedWithoutTrace('roles.get', { id: 'constructor' })).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await refusedWithoutTrace('roles.delete', { id: nobody })).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await refusedWithoutTrace('roles.delete', { id: roleId, reassignTo: nobody })).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await refusedWithoutTrace('roles.create', { name: 'x', from: nobody })).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await refusedWithoutTrace('administrators.get', { id: nobody })).toEqual({
      code: 'not-found',
      what: 'administrator'
    });
    for (const id of [
      'audience.contacts.no_such',
      '__proto__',
      'constructor',
      'another_product.users.delete'
    ]) {
      expect(await refusedWithoutTrace('roles.edit', edit({ grant: [id] }))).toEqual({
        code: 'input/unknown-permission',
        field: 'grant',
        permissions: [id]
      });
      expect(await refusedWithoutTrace('roles.edit', edit({ revoke: [id] }))).toEqual({
        code: 'input/unknown-permission',
        field: 'revoke',
        permissions: [id]
      });
      expect(await refusedWithoutTrace('roles.create', { name: 'x', permissions: [id] })).toMatchObject({
        code: 'input/unknown-permission'
      });
    }
  });

  test.each([
    'no.such',
    '__proto__',
    'constructor',
    'toString',
    'roles',
    'roles.__proto__',
    'roles.edit.call',
    ''
  ])('the procedure %j does not exist', async (name) => {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(`${app.origin}/trpc/${name}`, {
        method,
        headers: { origin: app.origin, cookie: admin.cookie, 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: '{}' } : {})
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status, await response.text()).toBeLessThan(500);
    }
  });
});

describe('[ROL-12] names', () => {
  test.each(['Night shift', 'NIGHT SHIFT', ' Night  shift ', 'Nіght shift', 'Ｎight shift'])(
    'the name %j looks like one that is taken',
    async (name) => {
      expect(await refusedWithoutTrace('roles.create', { name })).toEqual({
        code: 'input/taken',
        field: 'name',
        looksLike: 'Night shift'
      });
    }
  );

  test('a rename to a taken name is refused, and the rest of the edit lands', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Day shift' });
    const answer = await admin.call('roles.edit', {
      id,
      seen: 1,
      name: 'Nіght shift',
      description: 'By day'
    });
    expect(answer).toMatchObject({
      applied: { fields: ['description'] },
      refused: [{ code: 'input/taken', field: 'name' }]
    });
  });

  test('twelve ask for one name at the same moment: one gets it, the others see why', async () => {
    const before = await state.entries('role.created');
    const results = await Promise.all(
      Array.from({ length: 12 }, () => app.owner.try('roles.create', { name: 'The one name' }))
    );
    expect(results.filter((each) => each.status === 200)).toHaveLength(1);
    const others = results
      .filter((each) => each.status !== 200)
      .map((each) => each.refusal?.code ?? each.body);
    expect(others).toEqual(Array(11).fill('input/taken'));
    expect(await state.entries('role.created')).toBe(before + 1);
  });

  test('six ask for one address at the same moment: one gets it', async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, () =>
        app.owner.try('administrators.create', person({ email: 'One@northwind.example' }))
      )
    );
    expect(results.map((each) => each.refusal?.code ?? each.status).sort()).toEqual(
      [200, ...Array<string>(5).fill('input/taken')].sort()
    );
  });
});

describe('[LIV-4] operation ids', () => {
  const GRANT = ['audience.contacts.view'];
  const fresh = async (permissions: string[] = []) =>
    (await app.owner.call<{ id: string }>('roles.create', { name: `Ops ${randomUUID()}`, permissions })).id;

  test('repeated: the first answer, applied once, logged once', async () => {
    const id = await fresh();
    const input = { op: randomUUID(), id, seen: 1, grant: GRANT };
    const first = await admin.call('roles.edit', input);
    const rows = await state.rows();
    const entries = await state.entries();
    await app.owner.call('roles.edit', { id, seen: 2, revoke: GRANT });
    for (let n = 0; n < 3; n++) expect(await admin.call('roles.edit', input)).toEqual(first);
    expect(await state.entries()).toBe(entries + 1);
    expect(await state.rows()).not.toBe(rows);
    expect((await app.owner.call<{ permissions: string[] }>('roles.get', { id })).permissions).toEqual([]);
  });

  test('repeated refusals are the first refusal, noted once', async () => {
    const input = { op: randomUUID(), id: 'super_administrator', seen: 1, revoke: GRANT };
    const denied = await state.entries('access.denied');
    for (let n = 0; n < 3; n++)
      expect(await admin.refused('roles.edit', input)).toEqual({ code: 'access/locked' });
    expect(await state.entries('access.denied')).toBe(denied + 1);
  });

  test('twenty at the same moment: applied once', async () => {
    const input = { op: randomUUID(), name: `Race ${randomUUID()}` };
    const entries = await state.entries('role.created');
    const results = await Promise.all(
      Array.from({ length: 20 }, () => app.owner.try<{ id: string }>('roles.create', input))
    );
    expect(results.map((each) => each.status)).toEqual(Array(20).fill(200));
    expect(new Set(results.map((each) => each.value!.id)).size).toBe(1);
    expect(await state.entries('role.created')).toBe(entries + 1);
  });

  test('[LIV-4] [ADM-10] what a list asked for is the same when it is asked for one person, later', async () => {
    const [op, ids] = [
      randomUUID(),
      [(await app.person('Bulk One', 'support')).id, (await app.person('Bulk Two', 'support')).id]
    ];
    const done = () => state.entries('administrator.suspended');
    const before = await done();
    await app.owner.call('administrators.bulk', { op, ids: [ids[0]], action: { kind: 'suspend' } });
    await app.owner.call('administrators.reactivate', { id: ids[0] });
    for (const id of ids)
      await app.owner.call('administrators.suspend', {
        ...{ op: partOf(op, id!), id },
        claimedAt: new Date(Date.now() - 60_000).toISOString()
      });
    // The first was done, and undone since: only the second is new.
    expect((await done()) - before).toBe(2);
    expect(await app.owner.call('administrators.get', { id: ids[0] })).toMatchObject({ status: 'active' });
    expect(await app.owner.call('administrators.get', { id: ids[1] })).toMatchObject({ status: 'suspended' });
  });

  test('with other content: refused, nothing changed', async () => {
    const op = randomUUID();
    await admin.call('roles.edit', { op, id: await fresh(), seen: 1, grant: GRANT });
    expect(await refusedWithoutTrace('roles.edit', edit({ op, grant: GRANT }))).toEqual({
      code: 'input/op-reused',
      field: 'op'
    });
    expect(await refusedWithoutTrace('roles.delete', { op, id: roleId })).toEqual({
      code: 'input/op-reused',
      field: 'op'
    });
  });

  test('an operation id of somebody else brings one’s own act, never their answer', async () => {
    const id = await fresh(GRANT);
    const op = randomUUID();
    await app.owner.call('roles.edit', { op, id, seen: 1, revoke: GRANT });
    expect(await admin.call('roles.edit', { op, id, seen: 2, grant: GRANT })).toMatchObject({
      seq: 3,
      applied: { granted: GRANT }
    });
  });

  test('[LIV-6] in another order: a late grant does not undo the revocation', async () => {
    const id = await fresh(GRANT);
    await app.owner.call('roles.edit', { id, seen: 1, revoke: GRANT });
    expect(await admin.call('roles.edit', { id, seen: 1, grant: GRANT })).toMatchObject({
      seq: 2,
      applied: { granted: [] },
      refused: [{ code: 'conflict/revoked-since', permission: GRANT[0], by: 'Maya Lindqvist' }]
    });
  });
});

test('[S-01] 250 expired, stolen and malformed cookies: nobody, never a fault, nothing changed', async () => {
  const [name, token] = admin.cookie.split('=') as [string, string];
  const [sid, secret] = token.split('.') as [string, string];
  const flipped = (at: number) =>
    `${secret.slice(0, at)}${secret[at] === 'A' ? 'B' : 'A'}${secret.slice(at + 1)}`;
  const values = [
    ...Array.from({ length: 42 }, (_, at) => `${sid}.${flipped(at)}`),
    ...Array.from(
      { length: 26 },
      (_, at) => `${sid.slice(0, at)}${sid[at] === 'a' ? 'b' : 'a'}${sid.slice(at + 1)}.${secret}`
    ),
    ...Array.from({ length: 69 }, (_, length) => token.slice(0, length)),
    ...Array.from({ length: 60 }, (_, n) => `${token}${'.=%;, "\\\t~é'.charAt(n % 11)}${n}`),
    ...[
      '%E0%A4%A',
      '%',
      '%00',
      '%ZZ',
      '""',
      `"${sid}."`,
      'null',
      'undefined',
      '__proto__',
      '{}',
      '[]',
      '1',
      'true',
      "' or 1=1 --"
    ],
    ...Array.from({ length: 30 }, () => `${randomUUID().replaceAll('-', '').slice(0, 26)}.${secret}`),
    ...Array.from({ length: 10 }, (_, n) => 'x'.repeat(100 * (n + 1)))
  ];
  expect(values.length).toBeGreaterThanOrEqual(250);
  const before = await state.rows();
  const thief = app.anonymous();
  for (const value of values) {
    thief.cookie = `${name}=${value}`;
    const cookie = Buffer.from(thief.cookie, 'utf8').toString('latin1');
    if (/[^\t\x20-\xff]/.test(cookie)) continue;
    thief.cookie = cookie;
    const result = await thief.try('me.get');
    // A value that only adds what cookies end with is the same cookie.
    if (result.status === 200) expect(value.startsWith(`${token};`)).toBe(true);
    else expect([result.status, result.refusal], value).toEqual([401, { code: 'auth/signed-out' }]);
  }
  for (const header of [
    '',
    ';',
    '=',
    '====;;;',
    `${name}`,
    `=${token}`,
    `x=y; ${name.toLowerCase()}=${token}`,
    `rolecall=${token}`
  ]) {
    thief.cookie = header;
    expect((await thief.try('me.get')).status).toBe(401);
  }
  expect(await state.rows()).toBe(before);
});

describe('requests that no page of ours makes', () => {
  type Raw = {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    chunked?: boolean;
  };

  /** A request word for word, as a browser would not send it. */
  function raw({
    method = 'POST',
    path = '/trpc/roles.create',
    headers = {},
    body,
    chunked
  }: Raw): Promise<{ status: number; body: string }> {
    const text = body ?? JSON.stringify({ op: randomUUID(), name: `Raw ${randomUUID()}` });
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: app.port,
        method,
        path,
        headers: {
          host: `localhost:${app.port}`,
          origin: app.origin,
          cookie: app.owner.cookie,
          'content-type': 'application/json',
          ...(method === 'POST' && !chunked ? { 'content-length': String(Buffer.byteLength(text)) } : {}),
          ...headers
        }
      });
      request.on('response', (response) => {
        let answer = '';
        response.on('data', (part: Buffer) => (answer += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body: answer }));
      });
      // The server may answer and hang up before all of a large body is sent.
      request.on('error', reject);
      if (method === 'POST') request.write(text);
      request.end();
    });
  }

  test('this very request, unchanged, is accepted', async () => {
    expect((await raw({})).status).toBe(200);
  });

  const batch = (n: number, name = 'roles.create') => `/trpc/${Array(n).fill(name).join(',')}?batch=1`;
  const REFUSED: [string, Raw, number][] = [
    ['a foreign origin', { headers: { origin: 'https://evil.example' } }, 403],
    ['no origin', { headers: { origin: '' } }, 403],
    ['the origin null', { headers: { origin: 'null' } }, 403],
    ['another site, says the browser', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['another host', { headers: { host: 'evil.example' } }, 421],
    ['the host of a neighbour', { headers: { host: 'localhost:1' } }, 421],
    ['another host, forwarded', { headers: { host: 'evil.example', 'x-forwarded-host': 'localhost' } }, 421],
    ['text', { headers: { 'content-type': 'text/plain' } }, 415],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['a form with files', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415],
    ['no type', { headers: { 'content-type': '' } }, 415],
    ['eleven calls', { path: batch(11), body: '{}' }, 400],
    ['eleven calls behind dots', { path: `/x/..${batch(11)}`, body: '{}' }, 400],
    ['eleven questions behind dots', { method: 'GET', path: `/x/..${batch(11, 'roles.list')}` }, 400],
    ['sign-ins in a batch', { path: batch(2, 'auth.signIn'), body: '{}' }, 400],
    [
      'a change by GET',
      {
        method: 'GET',
        path: `/trpc/roles.create?input=${encodeURIComponent(JSON.stringify({ op: randomUUID(), name: 'By GET' }))}`
      },
      404
    ],
    ['a change by HEAD', { method: 'HEAD' }, 405],
    ['PUT', { method: 'PUT' }, 405],
    ['DELETE', { method: 'DELETE' }, 405],
    ['TRACE', { method: 'TRACE' }, 405],
    ['a body in chunks', { chunked: true, headers: { 'transfer-encoding': 'chunked' } }, 411],
    ['a body of 64 KiB and a byte', { body: `"${'x'.repeat(65_535)}"` }, 413],
    ['half a JSON', { body: '{"op":' }, 400],
    ['JSON that is a number', { body: '7' }, 400],
    ['JSON that is null', { body: 'null' }, 400],
    ['JSON that is a list', { body: '[]' }, 400],
    ['nothing', { body: '' }, 400],
    ['bytes that are no text', { body: Buffer.from([0xff, 0xfe, 0x00, 0x80]) }, 400],
    ['a nesting without end', { body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` }, 400],
    ['an address that cannot be read', { path: '/trpc/%E0%A4%A' }, 400],
    ['the address of a page that cannot be read', { method: 'GET', path: '/roles/%E0%A4%A' }, 400],
    ['an address of 9,000 characters', { method: 'GET', path: `/roles?${'x'.repeat(9000)}` }, 414]
  ];
  test.each(REFUSED)('%s', async (_, request, status) => {
    const rows = await state.rows();
    const entries = await state.entries();
    const answer = await raw(request);
    expect(answer.status, answer.body).toBe(status);
    expect(answer.body).not.toMatch(/node_modules|at \w+ \(|select |stack/);
    expect(await state.rows()).toBe(rows);
    expect(await state.entries()).toBe(entries);
  });

  test('a browser that opens the wrong host is shown the address to open', async () => {
    const headers = { host: '127.0.0.1:1', accept: 'text/html,application/xhtml+xml' };
    const answer = await raw({ method: 'GET', path: '/roles', headers });
    expect([answer.status, answer.body]).toEqual([421, expect.stringContaining(`<a href="${app.origin}">`)]);
    expect((await raw({ method: 'GET', path: '/roles', headers: { host: '127.0.0.1:1' } })).body).toMatch(
      /^{/
    );
  });

  test('a batch is judged call by call, each for itself', async () => {
    const name = `Batch ${randomUUID()}`;
    const body = JSON.stringify({
      0: { op: randomUUID(), name },
      1: { op: randomUUID(), name: '' },
      2: { op: randomUUID(), name }
    });
    const answer = await raw({ path: batch(3), body });
    expect(answer.status).toBe(207);
    const answers = JSON.parse(answer.body) as {
      result?: object;
      error?: { data: { refusal: { code: string } } };
    }[];
    expect(answers.filter((each) => each.result)).toHaveLength(1);
    const codes = answers.flatMap((each) => (each.error ? [each.error.data.refusal.code] : []));
    expect(codes.sort()).toEqual(['input/invalid', 'input/taken']);
  });
});

test('nothing of all this was a fault of ours', () => {
  expect(app.logged.filter((line) => Number(line['level']) >= 50)).toEqual([]);
});

describe('[UX-4] requests that are none', () => {
  const head = (request: string, hosts: readonly string[]) => [
    request,
    ...hosts.map((host) => `host: ${host}`),
    'connection: close'
  ];

  test('that name two hosts are refused, also where they ask for a socket', async () => {
    const host = new URL(app.origin).host;
    const get = 'GET /trpc/setup.status HTTP/1.1';
    expect(await rawStatus(app.port, head(get, [host]))).toBe(200);
    expect(await rawStatus(app.port, head(get, [host, 'evil.example']))).toBe(400);
    expect(await rawStatus(app.port, head(get, [host, host]))).toBe(400);
    const endpoint = 'GET /.well-known/authzen-configuration HTTP/1.1';
    expect(await rawStatus(app.port, head(endpoint, [host]))).toBe(200);
    expect(await rawStatus(app.port, head(endpoint, [host, host]))).toBe(400);
    const upgrade = upgradeLines('GET /sync/roles HTTP/1.1', { host, origin: app.origin });
    expect(await rawStatus(app.port, upgrade)).toBe(101);
    expect(await rawStatus(app.port, [...upgrade, 'host: evil.example'])).toBe(400);
  });

  test('that end in the middle of their body are no fault to be told of', async () => {
    const said = app.logged.length;
    const cut = httpRequest(`${app.origin}/trpc/auth.signIn`, {
      method: 'POST',
      headers: { origin: app.origin, 'content-type': 'application/json', 'content-length': '500' }
    });
    cut.on('error', () => undefined);
    cut.write('{"email":"m');
    await sleep(200);
    cut.destroy();
    await sleep(300);
    // What comes after it is served, and nothing at or above a warning was said.
    expect((await app.owner.try('me.get')).status).toBe(200);
    expect(app.logged.slice(said).filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });

  test('every answer says what a browser may do with it', async () => {
    for (const path of [
      '/theme.js',
      '/_app/version.json',
      '/trpc/setup.status',
      '/healthz',
      '/service-worker.js'
    ]) {
      const policy = (await fetch(`${app.origin}${path}`)).headers.get('content-security-policy');
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).toContain("frame-ancestors 'none'");
    }
    const page = await fetch(`${app.origin}/sign-in`);
    expect(page.headers.get('content-security-policy')).toContain("style-src-elem 'self'");
  });

  test('an answer of a procedure says how long it is, refused or not', async () => {
    for (const path of ['/trpc/setup.status', '/trpc/me.get', '/trpc/of.nothing']) {
      const response = await fetch(`${app.origin}${path}`);
      const { byteLength } = await response.arrayBuffer();
      expect(response.headers.get('content-length'), path).toBe(String(byteLength));
    }
  });

  test('[ACC-6] whose an address is that is taken is told to those who may see administrators alone', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Themselves',
      permissions: ['people.self.edit_profile']
    });
    const weak = (await app.person('Wanda Weak', id)).client;
    const { id: holder } = await app.owner.call<{ id: string }>(
      'administrators.create',
      person({ name: 'Sam Spelled', email: 'Spelled.So@northwind.example' })
    );
    const mine = { seen: 1, email: 'spelled.so@NORTHWIND.example' };
    const looksLike = async (client: ApiClient) =>
      (await client.call<{ refused: object[] }>('me.update', mine)).refused;
    expect(await looksLike(weak)).toEqual([
      { code: 'input/taken', field: 'email', looksLike: 'spelled.so@NORTHWIND.example' }
    ]);
    expect(await looksLike(admin)).toMatchObject([
      {
        looksLike: 'Spelled.So@northwind.example',
        holder: { id: holder, name: 'Sam Spelled', movable: false }
      }
    ]);
  });

  test('[ADM-2] both spellings of an international domain are one account', async () => {
    const made = (email: string) => ({ name: 'Ivan', email, roleId: 'support', password: PASSWORD });
    await app.owner.call('administrators.create', made('ivan&co@пример.рф'));
    expect(
      await app.owner.refused('administrators.create', made('IVAN&co@xn--e1afmkfd.xn--p1ai'))
    ).toMatchObject({
      ...{ code: 'input/taken', field: 'email', looksLike: 'ivan&co@пример.рф', holder: { name: 'Ivan' } }
    });
    const signIn = { email: 'ivan&co@xn--e1afmkfd.xn--p1ai', password: PASSWORD };
    expect(await app.anonymous().call('auth.signIn', signIn)).toMatchObject({ next: 'change-password' });
  });
});
