import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN_TO_USERS } from '../../src/lib/core/users/open-to-users';
import { writeActingAs } from '../../src/lib/protocol/acting-as';
import type { OwnLogPage } from '../../src/lib/server/services/account/own-log';
import { endDue } from '../../src/lib/server/services/users/end-due';
import type { VisitBegun } from '../../src/lib/server/services/users/sign-in-as';
import { plantUserKey } from '../support/applications';
import { ApiClient } from '../support/api-client';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { OWN_RIGHTS, signedInUsers, type SignedInUser } from '../support/tenant-sign-in';
import { within } from '../support/trials';
import { openUseCases } from '../support/use-cases';

// [TEN-5] Keys of users: what they are worth, how many there are, what ends them, and that they open nothing but what
// is the user's own.

const USAGE = 'quotas.admin_quota.view_usage_own';
const LOG = 'tools.activity_log.view_own';
const LISTS = 'audience.contact_lists';
const SECRET = 'the secret of the only proxy';
const SEEN = 1e6;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let people: ReturnType<typeof signedInUsers>;

beforeAll(async () => {
  const env = { FORWARD_AUTH_SECRET: SECRET, FORWARD_AUTH_PROXIES: '127.0.0.1, ::1' };
  app = await startTestConsole({ env });
  second = await startTestConsole({ databaseUrl: app.databaseUrl, env });
  state = openState(app.databaseUrl);
  people = signedInUsers(app, state);
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

function withKey(key: string): ApiClient {
  const client = new ApiClient(app.origin);
  client.key = key;
  return client;
}

async function keyOf({ client }: SignedInUser, permissions: string[] = [USAGE]) {
  const made = await client.call<{ id: string; key: string }>('keys.create', {
    name: 'Nightly',
    permissions
  });
  return { ...made, client: withKey(made.key) };
}

/** A question at an endpoint of programs, and its decision. */
async function mayI(
  origin: string,
  key: string,
  subject: object,
  what = [LISTS, 'view'] as [string, string]
) {
  const [type, name] = what;
  return askEndpoint(origin, '/access/v1/evaluation', {
    key,
    body: { subject, action: { name }, resource: { type, id: '*' } }
  });
}

const entriesAbout = (id: string, action: string) =>
  state.sql<{ doc: Record<string, unknown> & { change: { path: string }[] } }[]>`select doc from audit.entry
    where doc->>'action' = ${action} and doc->'target'->>'id' = ${id} order by n`;

const shapeOf = (body: string, path: string) =>
  body.replaceAll(path, '<path>').replace(/"request":"[^"]*"/g, '"request":"<id>"');

describe('[TEN-5] [APP-5] what a key of a user is worth', () => {
  test('some of what the user may do, as it may now; its use and its making are in the log', async () => {
    const user = await people.user();
    const { key, id, client } = await keyOf(user);
    expect((await client.try('own.usage')).status).toBe(200);
    const month = { from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' };
    expect((await client.try('own.history', month)).status).toBe(200);
    expect(await client.refused('own.log', { view: 'activity' })).toEqual({
      code: 'access/permission-required',
      permission: LOG
    });
    const denied = () => state.sql<{ doc: Record<string, unknown> }[]>`select doc from audit.entry
      where doc->>'action' = 'access.denied' and doc->'actor'->>'id' = ${user.id}`;
    await until(async () => (await denied()).length > 0, 'the refusal is in the log');
    expect((await denied())[0]!.doc).toMatchObject({
      actor: { type: 'user', via: 'key', key: key.slice(9, 21) }
    });
    const [made] = await entriesAbout(user.id, 'api_key.created');
    expect(made!.doc).toMatchObject({ actor: { type: 'user', id: user.id, via: 'web' } });
    expect(JSON.stringify(made!.doc)).not.toContain(key.slice(22, 54));
    // Whoever reads its own log through a key that may, reads of it.
    const reads = await keyOf(user, [LOG]);
    await until(async () => {
      const { entries } = await reads.client.call<OwnLogPage>('own.log', { view: 'activity' });
      return entries.some(({ action }) => action === 'api_key.created');
    }, 'its making is in its own log');
    await until(async () => {
      const listed = await user.client.call<{ id: string; lastUsedAt: string | null }[]>('keys.list');
      return listed.find((each) => each.id === id)?.lastUsedAt !== null;
    }, 'its use is noted');
    const notices = await state.sql`select kind from notices where user_id = ${user.id}`;
    expect(notices.map((each) => each['kind'] as string)).toContain('key-made');
  });

  test('nobody makes one for what they do not hold, nor for what only staff do', async () => {
    const user = await people.user();
    const order = (permissions: string[]) =>
      user.client.refused('keys.create', { name: 'More', permissions });
    expect(await order([USAGE, `${LISTS}.view`])).toEqual({
      code: 'access/not-held',
      permissions: [`${LISTS}.view`]
    });
    expect(await order(['people.roles.view'])).toEqual({
      code: 'input/unknown-permission',
      field: 'permissions',
      permissions: ['people.roles.view']
    });
  });

  test('what only people do refuses it, and what is staff’s is what never was', async () => {
    const user = await people.user();
    const { client } = await keyOf(user, OWN_RIGHTS);
    const rows = await state.changes.of(state.changes.tables);
    const entries = await state.entries();
    for (const [name, { kind, by, access, input = {} }] of Object.entries(DECLARED_PROCEDURES)) {
      const { status, refusal, body } = await client.try(
        name,
        kind === 'query' ? input : { ...input, op: randomUUID() }
      );
      if (!Object.hasOwn(OPEN_TO_USERS, name)) {
        const nowhere = `${name.split('.')[0]}.nowhere`;
        const never = await client.try(nowhere, {});
        expect([name, status, shapeOf(body, name)]).toEqual([name, 404, shapeOf(never.body, nowhere)]);
      } else if (by === 'session' || access === 'public' || access === 'steps')
        expect([name, refusal]).toEqual([name, { code: 'access/people-only' }]);
      else expect([name, status]).toEqual([name, 200]);
    }
    expect(await state.changes.of(state.changes.tables)).toBe(rows);
    expect(await state.entries()).toBe(entries);
    const catalogue = (await client.try('catalogue.get')).body;
    expect(catalogue).toContain(USAGE);
    expect(catalogue).not.toContain('tenants.users.view');
  });

  test('a key of staff asks nothing that is a user’s', async () => {
    const { key } = await app.owner.call<{ key: string }>('keys.create', {
      ...{ name: 'Staff', permissions: ['people.roles.view', USAGE] }
    });
    expect(await withKey(key).refused('own.usage')).toEqual({ code: 'not-found', what: 'procedure' });
  });
});

describe('[DEC-2] [TEN-3] at the endpoints of programs', () => {
  test('it asks what its own account may do, and nobody else is there', async () => {
    const mine = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
    const theirs = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
    const { key } = await keyOf(mine);
    const own = { type: 'user', id: mine.id };
    await until(async () => (await mayI(app.origin, key, own)).status === 200, 'the key works');
    const yes = await mayI(app.origin, key, own);
    expect(yes.body).toMatchObject({ decision: true, context: { reason: 'granted' } });
    // How far the log is tells how much others do.
    expect(Object.keys((yes.body as { context: object }).context)).toEqual([
      'decision_id',
      'reason',
      'reason_user'
    ]);
    expect(yes.headers.get('rolecall-revision')).toBeNull();
    expect((await mayI(app.origin, key, { type: 'user', id: mine.email })).body).toMatchObject({
      decision: true
    });
    const plain = async (subject: object, what?: [string, string]) =>
      JSON.stringify((await mayI(app.origin, key, subject, what)).body).replace(/"decision_id":"[^"]*"/, '');
    const never = await plain({ type: 'user', id: randomUUID() });
    expect(never).toContain('unknown-subject');
    for (const [type, id] of [
      ['user', theirs.id],
      ['user', theirs.email],
      ['administrator', app.ownerId],
      ['administrator', 'maya@northwind.example']
    ])
      expect(await plain({ type, id })).toBe(never);
    expect(await plain(own, ['people.roles', 'view'])).toBe(await plain(own, ['people.nowhere', 'view']));
    const records = (owner: string) =>
      askEndpoint(app.origin, '/access/v1/evaluations', {
        key,
        body: {
          ...{ subject: own, action: { name: 'view' } },
          evaluations: [{ resource: { type: LISTS, id: '7', properties: { owner } } }]
        }
      });
    expect((await records(mine.id)).body).toMatchObject({ evaluations: [{ decision: true }] });
    expect((await records(theirs.id)).body).toMatchObject({
      evaluations: [{ decision: false, context: { reason: 'scope' } }]
    });
  });

  test('every other endpoint is what never was, and no number of the log can be asked for', async () => {
    const user = await people.user();
    const { key } = await keyOf(user, OWN_RIGHTS);
    const own = { type: 'user', id: user.id };
    await until(async () => (await mayI(app.origin, key, own)).status === 200, 'the key works');
    for (const path of [
      ...['/access/v1/snapshot', '/access/v1/changes'],
      ...['/access/v1/search/subject', '/access/v1/search/action', '/access/v1/search/resource'],
      ...['/caps/v1/peek', '/caps/v1/consume', '/caps/v1/leases']
    ]) {
      const isRead = path === '/access/v1/snapshot' || path === '/access/v1/changes';
      const { status, headers } = await askEndpoint(app.origin, path, {
        key,
        ...(isRead ? {} : { body: { subject: own } })
      });
      expect([path, status, headers.get('rolecall-revision')]).toEqual([path, 404, null]);
    }
    for (const least of ['1', '999999999']) {
      const { status } = await askEndpoint(app.origin, '/access/v1/evaluation', {
        key,
        ...{ headers: { 'rolecall-at-least': least }, body: {} }
      });
      expect(status).toBe(400);
    }
  });

  describe('[DEC-4] proxies', () => {
    const forward = (path: string, by: string) =>
      askEndpoint(app.origin, '/authz/forward', {
        key: by,
        headers: {
          'x-rolecall-proxy': SECRET,
          'x-forwarded-method': 'GET',
          'x-forwarded-host': 'app.example.com',
          'x-forwarded-uri': path,
          'x-forwarded-for': '203.0.113.7'
        }
      });
    const told = async (path: string, by: string) => {
      const { status, headers } = await forward(path, by);
      return [status, ...['decision', 'subject'].map((name) => headers.get(`x-rolecall-${name}`))];
    };
    let staffs: string;
    beforeAll(async () => {
      const order = { name: 'Staff', permissions: [`${LISTS}.view`] };
      ({ key: staffs } = await app.owner.call<{ key: string }>('keys.create', order));
      for (const [path, takes, users] of [
        ['/view', `${LISTS}.view`, false],
        ['/any', 'signed-in', false],
        ['/users/view', `${LISTS}.view`, true],
        ['/users/any', 'signed-in', true]
      ] as const)
        await app.owner.call('routes.create', { path, takes, users });
      await until(async () => (await forward('/users/any', staffs)).status === 204, 'the routes are known');
    });

    test('let none of them through where a route does not say so, and are told nothing of whose it is', async () => {
      const user = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
      const { key } = await keyOf(user, [`${LISTS}.view`]);
      await until(async () => (await forward('/users/any', key)).status === 204, 'the key is known');
      for (const path of ['/view', '/any']) expect(await told(path, key)).toEqual([403, 'no-route', null]);
    });

    test('[TEN-5] let them through where it does, for what their user may do and the key was made for, and learn no log number', async () => {
      const user = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
      const [{ key: able }, { key: other }] = [await keyOf(user, [`${LISTS}.view`]), await keyOf(user)];
      await until(async () => (await forward('/users/any', other)).status === 204, 'the keys are known');
      const mine = `user:${user.id}`;
      expect(await told('/users/view', able)).toEqual([204, 'granted', mine]);
      expect(await told('/users/view', other)).toEqual([403, 'not-granted', mine]);
      expect(await told('/users/any', other)).toEqual([204, 'signed-in', mine]);
      expect((await forward('/users/view', able)).headers.get('rolecall-revision')).toBeNull();
      expect((await forward('/users/view', staffs)).headers.get('rolecall-revision')).toMatch(/^\d+$/);
      await app.owner.call('users.suspend', { id: user.id, reason: 'Unpaid' });
      await until(async () => (await forward('/users/any', able)).status !== 204, 1000, 'it is shut out');
    });

    test('[ACC-2] what only administrators can have lets no user through, and a trial says what a proxy would be told', async () => {
      expect(
        await app.owner.refused('routes.create', { path: '/x', takes: 'people.roles.view', users: true })
      ).toEqual({ code: 'input/not-for-users', permissions: ['people.roles.view'] });
      const user = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
      const tried = (path: string) =>
        app.owner.call('routes.try', {
          ...{ method: 'GET', url: `https://app.example.com${path}` },
          subject: { type: 'user', id: user.id }
        });
      await until(
        async () => ((await tried('/users/view')) as { decision: boolean }).decision,
        'the user is known'
      );
      expect(await tried('/view')).toMatchObject({
        decision: false,
        code: 'no-route',
        route: { name: '/view' }
      });
    });
  });

  test('[DEC-6] what it asks about itself is no attempt: a no is no entry, a request has 100 questions, a minute 300 calls', async () => {
    const user = await people.user(OWN_RIGHTS);
    const { key } = await keyOf(user);
    const subject = { type: 'user', id: user.id };
    const question = { subject, action: { name: 'delete' }, resource: { type: LISTS, id: '*' } };
    const asked = (items: number) =>
      askEndpoint(app.origin, '/access/v1/evaluations', {
        key,
        body: { evaluations: Array.from({ length: items }, () => question) }
      });
    await until(async () => (await asked(1)).status === 200, 'the key is known');
    const answer = await asked(100);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=300;w=60');
    expect((await asked(101)).status).toBe(400);
    // What is told is told within seconds: somebody else's no, asked later, is there.
    const other = await people.user(OWN_RIGHTS);
    const { client } = await keyOf(other);
    expect(await client.refused('own.log', { view: 'activity' })).toMatchObject({ permission: LOG });
    const deniedOf = (id: string) => state.sql`select n from audit.entry
      where doc->>'action' = 'access.denied' and doc->'actor'->>'id' = ${id}`;
    await until(async () => (await deniedOf(other.id)).length > 0, 'the other no is in the log');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await deniedOf(user.id)).toEqual([]);
  });

  test('[APP-4] a minute has 300 calls, also of one that asks procedures and endpoints in turn', async () => {
    const user = await people.user(OWN_RIGHTS);
    const { key, client } = await keyOf(user);
    const subject = { type: 'user', id: user.id };
    await until(async () => (await mayI(app.origin, key, subject)).status === 200, 'the key is known');
    const begun = performance.now();
    const statuses: number[] = [];
    while (statuses.length < 600 && !statuses.includes(429))
      for (let n = 0; n < 10; n++)
        statuses.push(
          ...(await Promise.all([mayI(app.origin, key, subject), client.try('own.usage')])).map(
            ({ status }) => status
          )
        );
    const refilled = ((performance.now() - begun) / 60_000) * 300;
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(300 + refilled);
    expect([...new Set(statuses)].sort()).toEqual([200, 429]);
  });
});

describe('[TEN-2] how many', () => {
  const order = { name: 'One more', permissions: [USAGE] };
  const full = (message: string) => ({ code: 'input/invalid', field: 'counts.keys', message });

  test('no more than 100 are made within a day, whether they work or not', async () => {
    const user = await people.user(OWN_RIGHTS, { counts: { keys: 'unlimited' } });
    const { id } = await keyOf(user);
    await state.audited(
      (
        tx
      ) => tx`insert into api_keys (id, kid, secret_hash, last4, made_by, made_by_name, user_id, name, permissions, expires_at, revoked_at, revoked_reason)
        select gen_random_uuid(), substr(md5(${id} || n), 1, 12), secret_hash, last4, made_by, made_by_name, user_id, name, permissions, expires_at, now(), 'revoked'
        from api_keys, generate_series(1, 98) n where id = ${id}`
    );
    expect((await user.client.try('keys.create', order)).status).toBe(200);
    expect(await user.client.refused('keys.create', order)).toEqual(
      full('100 API keys were made within a day. Make the next one tomorrow.')
    );
  });

  test('as its package says, also where two are made at the same moment; what is revoked makes room', async () => {
    const user = await people.user(OWN_RIGHTS, { counts: { keys: 2 } });
    const { id } = await keyOf(user);
    const answers = await Promise.all([1, 2, 3].map(() => user.client.try('keys.create', order)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = full('Your package allows 2 API keys that work at the same time. Revoke one first.');
    expect(answers.flatMap(({ refusal }) => refusal ?? [])).toEqual([refused, refused]);
    expect(await user.client.call('keys.revoke', { keyId: id })).toEqual({ revoked: true });
    expect(await user.client.call('keys.revoke', { keyId: id })).toEqual({ revoked: false });
    await user.client.call('keys.create', order);
  });

  test('none, where its package says none; its own count comes first', async () => {
    const user = await people.user(OWN_RIGHTS, { counts: { keys: 0 } });
    expect(await user.client.refused('keys.create', order)).toEqual(full('Your package allows no API keys.'));
    await app.owner.call('users.update', { id: user.id, seen: SEEN, counts: { keys: 1 } });
    await user.client.call('keys.create', order);
    expect(await user.client.refused('keys.create', order)).toMatchObject({ field: 'counts.keys' });
  });
});

describe('[TEN-7] [APP-4] what ends them', () => {
  const KEYS = 20;
  const OTHER = 'another sentence, long enough for tests';
  type Of = { user: SignedInUser; keys: string[] };

  /** A user with twenty keys, all of which work in both processes. */
  async function planted(): Promise<Of> {
    const user = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
    const keys: string[] = [];
    for (let n = 0; n < KEYS; n++)
      keys.push((await plantUserKey(state, user.id, [USAGE, `${LISTS}.view`])).key);
    await until(async () => (await usable({ user, keys })) === 4 * KEYS, 'all keys work everywhere');
    return { user, keys };
  }

  /** Number of times they are of use: for a procedure, and at an endpoint of programs, in both processes. */
  async function usable({ user, keys }: Of): Promise<number> {
    const asked = [app, second].flatMap(({ origin }) =>
      keys.flatMap((key) => [
        askEndpoint(origin, '/trpc/own.usage', { key }).then(({ status }) => status === 200),
        mayI(origin, key, { type: 'user', id: user.id }).then(
          ({ status, body }) => status === 200 && (body as { decision: boolean }).decision
        )
      ])
    );
    return (await Promise.all(asked)).filter(Boolean).length;
  }

  const empty = (): Promise<string> => people.make.package([]);
  const ends: [string, (of: Of) => Promise<unknown>][] = [
    ['suspension', ({ user: { id } }) => app.owner.call('users.suspend', { id, reason: 'Complaints' })],
    ['closing', ({ user: { id } }) => app.owner.call('users.close', { id, reason: 'Contract ended' })],
    ['deletion', ({ user: { id } }) => app.owner.call('users.delete', { id })],
    [
      'another package',
      async ({ user: { id } }) => app.owner.call('users.update', { id, seen: SEEN, packageId: await empty() })
    ],
    [
      'the loss of what its role gave',
      async ({ user: { packageId } }) => {
        const [row] = await state.sql<
          { role: string }[]
        >`select role_id as role from packages where id = ${packageId}`;
        await app.owner.call('userRoles.edit', {
          id: row!.role,
          seen: SEEN,
          revoke: [USAGE, `${LISTS}.view`]
        });
      }
    ],
    [
      'expiry',
      ({ user: { id } }) =>
        state.audited((tx) => tx`update api_keys set expires_at = now() where user_id = ${id}`)
    ],
    [
      'another address',
      ({ user: { id } }) => app.owner.call('users.update', { id, seen: SEEN, ipAllowlist: ['192.0.2.0/24'] })
    ],
    [
      'staff who sign it out everywhere',
      ({ user: { id } }) => app.owner.call('users.revokeSessions', { id })
    ],
    ['a reset of its password', ({ user: { id } }) => app.owner.call('users.resetPassword', { id })],
    [
      'its own change of the password',
      ({ user: { client } }) => client.call('auth.changePassword', { current: PASSWORD, password: OTHER })
    ],
    ['its signing out everywhere else', ({ user: { client } }) => client.call('me.revokeSessions', {})]
  ];
  test.each(ends)(`0 of ${KEYS} are of use in either process after %s`, async (_, end) => {
    const of = await planted();
    await end(of);
    const began = performance.now();
    await until(async () => (await usable(of)) === 0, 'none is of use');
    expect(performance.now() - began).toBeLessThan(within(2000));
  });

  test('they rest while it is suspended, and are there again with it', async () => {
    const user = await people.user();
    const { key, client } = await keyOf(user);
    await app.owner.call('users.suspend', { id: user.id, reason: 'Complaints' });
    expect(await client.refused('own.usage')).toEqual({ code: 'auth/key', reason: 'suspended' });
    await app.owner.call('users.reactivate', { id: user.id });
    expect((await client.try('own.usage')).status).toBe(200);
    await until(
      async () => (await mayI(second.origin, key, { type: 'user', id: user.id })).status === 200,
      'in the other process as well'
    );
  });

  test('its own change of the password spares those that it says stay', async () => {
    const user = await people.user();
    const { client } = await keyOf(user);
    const change = { current: PASSWORD, password: OTHER, keepKeys: true };
    await user.client.call('auth.changePassword', change);
    expect((await client.try('own.usage')).status).toBe(200);
  });

  test('[LOG-7] nothing is left of the keys of a closed account', async () => {
    const user = await people.user();
    const { client, id } = await keyOf(user);
    await client.call('own.usage');
    await until(
      async () => (await state.sql`select 1 from key_uses where key_id = ${id}`).length > 0,
      'its use is noted'
    );
    await app.owner.call('users.close', { id: user.id, reason: 'Contract ended' });
    await state.audited(
      (tx) => tx`update users set closes_at = now() - interval '1 second' where id = ${user.id}`
    );
    const open = await openUseCases(app.databaseUrl);
    await endDue(open.deps);
    await open.handle.close();
    expect(await state.sql`select 1 from api_keys where user_id = ${user.id}`).toEqual([]);
    expect(await state.sql`select 1 from key_uses where key_id = ${id}`).toEqual([]);
    expect(await client.refused('own.usage')).toEqual({ code: 'auth/key', reason: 'unknown' });
  });

  test('a report that one leaked: the user is told, and its own log says so', async () => {
    const user = await people.user();
    const { key, client } = await keyOf(user);
    expect((await askEndpoint(app.origin, '/keys/v1/leaked', { body: { key } })).body).toEqual({
      received: true
    });
    expect(await client.refused('own.usage')).toEqual({ code: 'auth/key', reason: 'revoked' });
    const notices = await state.sql`select kind from notices where user_id = ${user.id}`;
    expect(notices.map((each) => each['kind'] as string)).toContain('key-leaked');
    const told = async () => {
      const { entries } = await user.client.call<OwnLogPage>('own.log', { view: 'activity' });
      return entries.filter(({ action }) => action === 'api_key.revoked').map(({ by }) => by.who);
    };
    await until(async () => (await told()).length > 0, 'its own log has it');
    expect(await told()).toEqual(['nobody']);
  });
});

describe('[TEN-3] keys of another', () => {
  test('keys of another are in no list and cannot be revoked, with a session or with a key', async () => {
    const [mine, theirs] = [await people.user(), await people.user()];
    const { id, client } = await keyOf(theirs);
    await keyOf(mine);
    const listed = await mine.client.call<{ id: string }[]>('keys.list');
    expect(listed).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain(id);
    const never = await mine.client.refused('keys.revoke', { keyId: randomUUID() });
    expect(await mine.client.refused('keys.revoke', { keyId: id })).toEqual(never);
    expect(await app.owner.refused('keys.revoke', { keyId: id })).toEqual(never);
    expect((await client.try('own.usage')).status).toBe(200);
  });
});

describe('[TEN-6] in a visit', () => {
  test('keys are neither shown, made nor revoked', async () => {
    const user = await people.user();
    const { id } = await keyOf(user);
    const begun = await app.owner.call<VisitBegun>('users.signInAs', { id: user.id, reason: 'Ticket 2281' });
    const page = new ApiClient(app.origin);
    Object.assign(page, { cookie: app.owner.cookie, visit: app.owner.visit, as: writeActingAs(begun.as) });
    expect((await page.try('me.get')).status).toBe(200);
    for (const [name, input] of [
      ['keys.list', undefined],
      ['keys.create', { name: 'Mine', permissions: [USAGE] }],
      ['keys.revoke', { keyId: id }]
    ] as const)
      expect([name, await page.refused(name, input)]).toEqual([name, { code: 'access/signed-in-as' }]);
    await page.call('auth.signOut');
    expect(await state.sql`select 1 from api_keys where user_id = ${user.id}`).toHaveLength(1);
  });
});

describe('[ADM-9] staff', () => {
  test('who may end its sessions see its keys and revoke one; the user is told, and its log says who did it', async () => {
    const user = await people.user();
    const { id: keyId, key, client } = await keyOf(user);
    const listed = await app.owner.call<{ id: string }[]>('users.keys', { id: user.id });
    expect(listed).toMatchObject([{ id: keyId, name: 'Nightly', prefix: key.slice(0, 21), state: 'active' }]);
    expect(JSON.stringify(listed)).not.toContain(key.slice(22, 54));
    const plain = await app.person('Paul Plain', 'read_only_auditor');
    const input = { id: user.id, keyId };
    expect((await plain.client.refused('users.revokeKey', input)).code).toBe('access/permission-required');
    const other = await people.user();
    expect(await app.owner.refused('users.revokeKey', { ...input, id: other.id })).toEqual({
      code: 'not-found',
      what: 'key'
    });
    await app.owner.call('users.revokeKey', input);
    expect(await app.owner.call('users.revokeKey', input)).toEqual({ revoked: false });
    expect(await client.refused('own.usage')).toEqual({ code: 'auth/key', reason: 'revoked' });
    const told = async () => {
      const { entries } = await user.client.call<OwnLogPage>('own.log', { view: 'activity' });
      return entries.filter(({ action }) => action === 'api_key.revoked').map(({ by }) => by);
    };
    await until(async () => (await told()).length > 0, 'its own log has it');
    expect(await told()).toEqual([{ who: 'staff', name: 'Maya Lindqvist' }]);
    const notices = await state.sql`select kind, data from notices where user_id = ${user.id}`;
    expect(notices.map(({ kind, data }) => ({ kind: kind as string, data: data as object }))).toContainEqual({
      kind: 'key-revoked',
      data: { by: 'Maya Lindqvist', name: 'Nightly' }
    });
  });
});
