import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readGranted, readRoleHeader } from '../../src/lib/documents/role-doc';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import { LIMITS } from '../../ws-server/limits';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { frame, openRaw, rawStatus, STEP_1, upgradeLines } from '../support/raw-socket';
import { openReplica, until } from '../support/replica';

let app: TestConsole;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startTestConsole();
  sql = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await app.stop();
});

test('[ACC-6] an upgrade comes from our own origin, exactly', async () => {
  const { port, origin } = app;
  const host = `localhost:${port}`;
  const upgrade = (given: string | undefined, extra = {}) =>
    rawStatus(
      port,
      upgradeLines('GET /sync/roles HTTP/1.1', { host, cookie: app.owner.cookie, origin: given, ...extra })
    );
  const foreign = [
    undefined,
    '',
    'null',
    'undefined',
    '*',
    `https://localhost:${port}`,
    `ws://localhost:${port}`,
    `HTTP://localhost:${port}`,
    `http://LOCALHOST:${port}`,
    `http://Localhost:${port}`,
    `http://localhost:${port}/`,
    `http://localhost:${port}/sync`,
    `http://localhost:${port}?`,
    `http://localhost:${port}#`,
    `http://localhost:${port}, http://evil.example`,
    `http://evil.example, http://localhost:${port}`,
    `http://localhost:${port} http://evil.example`,
    'http://localhost',
    'http://localhost:80',
    `http://localhost:${port + 1}`,
    `http://localhost:0${port}`,
    `http://localhost.:${port}`,
    `http://a.localhost:${port}`,
    `http://localhost.evil.example:${port}`,
    `http://evillocalhost:${port}`,
    `http://127.0.0.1:${port}`,
    `http://[::1]:${port}`,
    `http://user@localhost:${port}`,
    `http://localhost:${port}@evil.example`,
    `http://localhost%3A${port}`,
    `//localhost:${port}`,
    `localhost:${port}`,
    'file://',
    'chrome-extension://abcdefghijklmnop',
    'http://evil.example'
  ];
  expect(foreign.length).toBeGreaterThanOrEqual(30);
  const statuses = await Promise.all(foreign.map((given) => upgrade(given)));
  expect(foreign.filter((_, at) => statuses[at] !== 403)).toEqual([]);
  expect(await upgrade(origin)).toBe(101);
  // What the browser itself says of the page's origin counts too.
  expect(await upgrade(origin, { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await upgrade(origin, { 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await upgrade(origin, { 'sec-fetch-site': 'same-origin' })).toBe(101);
});

test('[ACC-6] an upgrade names our host, our path and GET, and nothing a client writes there ends the program', async () => {
  const { port, origin } = app;
  const ask = (request: string, host: string | undefined = `localhost:${port}`, extra = {}) =>
    rawStatus(port, upgradeLines(request, { host, origin, cookie: app.owner.cookie, ...extra }));
  for (const host of [
    'evil.example',
    `localhost:${port + 1}`,
    'localhost',
    `localhost:${port}.evil.example`,
    `127.0.0.1:${port}`
  ])
    expect(await ask('GET /sync/roles HTTP/1.1', host), host).toBe(421);
  for (const path of [
    '/',
    '//',
    '///',
    '/%',
    '/syncs/roles',
    '/SYNC/roles',
    '/trpc/me.get',
    '/a/../sync/roles',
    '//sync/roles',
    '/\\',
    'http://[',
    '*'
  ])
    expect(await ask(`GET ${path} HTTP/1.1`), path).not.toBe(101);
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])
    expect(await ask(`${method} /sync/roles HTTP/1.1`), method).not.toBe(101);
  expect(await ask('GET /sync/roles HTTP/1.1', undefined, { host: undefined })).toBe(421);
  expect(await ask('GET /sync/roles HTTP/1.1', undefined, { 'sec-websocket-version': '12' })).toBe(400);
  expect(await ask('GET /sync/roles HTTP/1.1', undefined, { 'sec-websocket-key': 'short' })).toBe(400);
  expect((await fetch(`${origin}/livez`)).status).toBe(200);
});

test('[ACC-6] a final close code says why: no session, no document, no permission, another epoch', async () => {
  const code = async (client: ApiClient, path: string) => {
    using socket = await openRaw(client, path);
    // Not without `await`: the socket would be cut before it is closed.
    return await socket.closed;
  };
  const anonymous = app.anonymous();
  expect(await code(anonymous, 'roles')).toBe(4401);
  for (const cookie of [
    '__Host-rolecall=',
    '__Host-rolecall=%E0%A4%A',
    `__Host-rolecall=${'a'.repeat(26)}.${'b'.repeat(43)}`,
    'x'
  ]) {
    anonymous.cookie = cookie;
    expect(await code(anonymous, 'roles'), cookie).toBe(4401);
  }
  const { client: expired } = await app.person('Expired Person', 'support');
  const sid = expired.cookie.split('=')[1]!.split('.')[0]!;
  await sql`update sessions set expires_at = now() - interval '1 second' where sid = ${sid}`;
  expect(await code(expired, 'roles')).toBe(4401);

  for (const path of [
    'nothing',
    'role:',
    'role:no_such',
    `role:${randomUUID()}`,
    'role:../x',
    'role:A',
    '%',
    'roles%00',
    'ROLES',
    ''
  ])
    expect(await code(app.owner, path), path).toBe(4404);
  expect(await code(app.owner, 'roles?epoch=another')).toBe(4410);

  const none = await app.owner.call<{ id: string }>('roles.create', { name: 'Nothing at all' });
  const { client: powerless } = await app.person('Powerless Person', none.id);
  for (const path of ['roles', 'people', 'feed', 'role:support'])
    expect(await code(powerless, path), path).toBe(4403);
  // Everybody may read their own role: an open page learns there what it may do.
  using own = openReplica(powerless, `role:${none.id}`);
  await own.synced();
});

test('[ROL-8] a role can be opened the moment its creation is acknowledged', async () => {
  for (let n = 0; n < 10; n++) {
    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: `Fresh ${n}`,
      permissions: ['tools.activity_log.view']
    });
    using replica = openReplica(app.owner, `role:${id}`);
    const began = performance.now();
    await replica.synced();
    expect([...readGranted(replica.doc)]).toEqual(['tools.activity_log.view']);
    // Where the sequencer is late for longer than readers are kept waiting, they are to come back.
    const isLate = performance.now() - began > LIMITS.documentDueMs;
    expect(replica.closes.filter((code) => !isLate || code !== CLOSE.tooSlow)).toEqual([]);
  }
});

test('[LIV-1] what clients write is never applied, stored or passed on', async () => {
  using reader = openReplica(app.owner, 'role:support');
  await reader.synced();
  const before = Y.encodeStateVector(reader.doc);
  const clocks = () => sql`select name, clock from documents where name like 'role:%' order by name`;
  const stored = await clocks();
  const updates: Uint8Array[] = [];
  reader.doc.on('update', (update: Uint8Array) => updates.push(update));

  const forged = new Y.Doc();
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(reader.doc));
  for (const client of [1, 77]) {
    forged.clientID = client;
    forged.getMap('permissions').set('tools.activity_log.view', { on: true, by: 'Nobody', at: '' });
    forged.getMap('role').set('name', 'Stolen');
  }
  const update = Y.encodeStateAsUpdate(forged);
  using writer = await openRaw(app.owner, 'role:support');
  writer.send(STEP_1);
  writer.send(frame(0, 1, update));
  writer.send(frame(0, 2, update));
  // An overlong type that decodes as an update all the same.
  writer.send(new Uint8Array([0x80, 0x00, 0x82, 0x00, ...frame(update)]));
  await sleep(400);
  expect(writer.socket.readyState, 'ignored, not punished').toBe(writer.socket.OPEN);
  expect(updates).toEqual([]);
  expect(Y.encodeStateVector(reader.doc)).toEqual(before);
  expect(readRoleHeader(reader.doc)!.name).toBe('Support');
  expect(await clocks()).toEqual(stored);
});

test('[ROL-6] a role that is deleted closes its document for everybody who reads it', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Short-lived' });
  using replica = openReplica(app.owner, `role:${id}`);
  await replica.synced();
  await app.owner.call('roles.delete', { id });
  await until(() => replica.closes.includes(4404), 'closed with 4404');
});

test('[LIV-2] changes arrive although every notification connection is cut again and again', async () => {
  using replica = openReplica(app.owner, 'role:support');
  await replica.synced();
  let seen = readRoleHeader(replica.doc)!.seq;
  for (let round = 0; round < 6; round++) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'`;
    const { seq } = await app.owner.call<{ seq: number }>('roles.edit', {
      id: 'support',
      seen,
      [round % 2 ? 'revoke' : 'grant']: ['audience.contacts.query_raw']
    });
    await until(() => readRoleHeader(replica.doc)?.seq === seq, `version ${seq} without a notification`);
    seen = seq;
  }
  expect(replica.closes).toEqual([]);
});
