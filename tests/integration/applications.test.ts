import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetCalls } from '../../src/lib/server/db/tables/call-counts-table';
import { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { within } from '../support/trials';
import { openUseCases } from '../support/use-cases';

// Applications and keys through the procedures of the console: what a key is worth, when it stops, and whom it may
// touch.

const DAY = 86_400_000;

let app: TestConsole;
let state: StateProbe;
/** Holds all of Admin, which is not all there is. */
let ann: TestPerson;
/** May manage applications, and little else. */
let kay: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const keeper = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Key keeper',
    permissions: [
      'people.roles.view',
      'people.roles.assign',
      'people.api_keys.list',
      'people.api_keys.create',
      'people.api_keys.edit_scope',
      'people.api_keys.rotate',
      'people.api_keys.expire',
      'people.api_keys.delete'
    ]
  });
  ann = await app.person('Ann Admin', 'admin');
  kay = await app.person('Kay Keeper', keeper.id);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

type Made = { id: string; keyId: string; client: ApiClient; roleId: string };

let number = 0;
/** An application with a role of these permissions, and a script of it. */
async function machine(permissions: string[], more: object = {}): Promise<Made> {
  const name = `Machine ${++number}`;
  const role = await app.owner.call<{ id: string }>('roles.create', { name, permissions });
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name,
    roleId: role.id,
    ...more
  });
  return { ...(await keyOf(id)), id, roleId: role.id };
}

async function keyOf(id: string): Promise<{ keyId: string; client: ApiClient }> {
  const made = await app.owner.call<{ id: string; key: string }>('applications.createKey', { id });
  return { keyId: made.id, client: withKey(made.key) };
}

function withKey(key: string): ApiClient {
  const client = new ApiClient(app.origin);
  client.key = key;
  return client;
}

const reason = async (client: ApiClient) => {
  const { status, refusal } = await client.try('roles.list');
  expect(status).toBe(refusal?.code === 'auth/key' ? 401 : status);
  return refusal?.code === 'auth/key' ? refusal.reason : (refusal?.code ?? 'works');
};

describe('[APP-2] a key', () => {
  test('a key is shown once, and never stored: a repeated operation says which it was', async () => {
    const { id } = await machine(['people.roles.view']);
    const op = randomUUID();
    const first = await app.owner.call<{ id: string; key: string }>('applications.createKey', { op, id });
    expect(first.key).toMatch(/^rck_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}$/);
    expect(await app.owner.call('applications.createKey', { op, id })).toEqual({ id: first.id, key: null });
    const secret = first.key.slice(22, 54);
    for (const table of ['api_keys', 'operations', 'audit.entry', 'audit.pii', 'notices', 'mails']) {
      const rows = await state.sql`select t::text as row from ${state.sql(table)} t`;
      expect(
        rows.filter((row) => String(row['row']).includes(secret)),
        table
      ).toEqual([]);
    }
    const [listed] = (await app.owner.call<{ id: string; keys: { last4: string; state: string }[] }[]>(
      'applications.list'
    ))!.filter((one) => one.id === id);
    expect(listed!.keys.map(({ last4, state: is }) => [last4, is])).toContainEqual([
      first.key.slice(-4),
      'active'
    ]);
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  test('a key is of use without cookie and Origin; whoever has a cookie as well acts by the key alone', async () => {
    const { client } = await machine(['people.roles.view']);
    expect(await reason(client)).toBe('works');
    const response = await fetch(`${app.origin}/trpc/me.get`, {
      headers: { authorization: `Bearer ${client.key}`, cookie: app.owner.cookie }
    });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      error: { data: { refusal: { code: 'access/people-only' } } }
    });
  });

  test.each([
    ['a mistyped key', 'Bearer rck_live_aaaaaaaaaaaa_00000000000000000000000000000000000000'],
    ['another scheme', 'Basic cm9sZWNhbGw6'],
    ['nothing', '']
  ])('%s is refused with what it takes, whatever cookie comes along', async (_, authorization) => {
    const response = await fetch(`${app.origin}/trpc/roles.list`, {
      headers: { authorization, cookie: app.owner.cookie }
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.json()).toMatchObject({
      error: { data: { refusal: { code: 'auth/key', reason: 'unknown' } } }
    });
  });

  test('expires within a year; none is made for longer, or for the past', async () => {
    const { id } = await machine([]);
    const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    for (const days of [-1, 366])
      expect(await app.owner.refused('applications.createKey', { id, expiresAt: at(days) })).toMatchObject({
        code: 'input/invalid',
        field: 'expiresAt'
      });
    await app.owner.call('applications.createKey', { id, expiresAt: at(364) });
  });

  test('its last use is noted, with where it came from', async () => {
    const { client, keyId } = await machine(['people.roles.view']);
    await client.call('roles.list');
    const uses = () => state.sql`select at, ip from key_uses where key_id = ${keyId}`;
    await until(async () => (await uses()).length > 0, 'the use is noted');
    const [use] = await uses();
    expect(use!['ip']).toMatch(/127\.0\.0\.1|::1/);
    expect(Date.now() - (use!['at'] as Date).getTime()).toBeLessThan(60_000);
  });
});

test('[APP-1] an application calls as often as it may and no more, by whichever endpoint its keys come', async () => {
  const { client, id } = await machine(['people.roles.view', 'tools.decisions.evaluate'], { perMinute: 3 });
  const second = await keyOf(id);
  const body = {
    subject: { type: 'application', id },
    action: { name: 'view' },
    resource: { type: 'people.roles', id: 'x' }
  };
  const endpoint = () => askEndpoint(app.origin, '/access/v1/evaluation', { key: client.key, body });
  await until(async () => (await endpoint()).status === 200, 'the endpoint knows the key');
  expect((await second.client.try('roles.list')).status).toBe(200);
  expect((await client.try('roles.list')).status).toBe(200);
  const { status, refusal } = await second.client.try('roles.list');
  expect([status, refusal?.code]).toEqual([429, 'busy']);
  expect((await endpoint()).status).toBe(429);
});

test('[APP-1] [APP-4] how often an application calls, and why it was refused, is told within ten seconds', async () => {
  const { client, id } = await machine(['people.roles.view'], { perMinute: 8 });
  type Calls = {
    id: string;
    perMinute: number;
    minutes: number[];
    refused: { reason: string; permission: string | null; times: number }[];
  };
  const told = async () =>
    (await app.owner.call<Calls[]>('applications.calls', { id })).find((each) => each.id === id)!;
  expect(await told()).toMatchObject({ perMinute: 0, minutes: Array(12).fill(0), refused: [] });
  const missing = ['people.administrators.view', 'tools.decisions.evaluate'];
  expect(await client.refused('administrators.list', {})).toMatchObject({ permission: missing[0] });
  const endpoint = () => askEndpoint(app.origin, '/access/v1/evaluation', { key: client.key, body: {} });
  let letThrough = 1;
  await until(async () => {
    const { status } = await endpoint();
    if (status !== 401) letThrough += 1;
    return status === 403;
  }, 'the endpoint knows the key');
  let busy = 0;
  for (let n = 0; n < 20; n++) {
    const { status } = await client.try('roles.list');
    if (status === 429) busy += 1;
    else letThrough += 1;
  }
  await app.owner.call('applications.update', { id, seen: 1, allowlist: ['192.0.2.0/24'] });
  expect(await reason(client)).toBe('address');
  const reasons = async () =>
    Object.fromEntries((await told()).refused.map((each) => [each.permission ?? each.reason, each.times]));
  await expect
    .poll(reasons, { timeout: within(10_000) })
    .toEqual({ [missing[0]!]: 1, [missing[1]!]: 1, rate: busy, address: 1 });
  const { minutes, perMinute } = await told();
  expect(minutes.reduce((sum, calls) => sum + calls, 0)).toBe(letThrough);
  expect(perMinute).toBeLessThanOrEqual(letThrough);
  // Of all of them at once: how much they call, and not what each was refused.
  const all = await app.owner.call<Calls[]>('applications.calls');
  expect(all.filter((each) => 'refused' in each)).toEqual([]);
  expect(all.map((each) => each.id)).toContain(id);
  // Of a day ago, nothing; and it is forgotten.
  await state.sql`update call_counts set minute = minute - interval '25 hours' where application_id = ${id}`;
  expect(await told()).toMatchObject({ perMinute: 0, refused: [] });
  const open = await openUseCases(app.databaseUrl);
  await forgetCalls(open.deps.db, 1).finally(() => open.handle.close());
  expect(await state.sql`select 1 from call_counts where application_id = ${id}`).toEqual([]);
});

describe('[APP-4] a key is worth what its application may do now', () => {
  const ends: [string, string, (made: Made) => Promise<unknown>][] = [
    ['revoked', 'revoked', ({ keyId }) => app.owner.call('applications.revokeKey', { keyId })],
    [
      'rotated without overlap',
      'rotated',
      ({ keyId }) => app.owner.call('applications.rotateKey', { keyId, overlapMinutes: 0 })
    ],
    ['suspended', 'suspended', ({ id }) => app.owner.call('applications.suspend', { id })],
    ['deleted', 'revoked', ({ id }) => app.owner.call('applications.delete', { id })],
    [
      'kept to other addresses',
      'address',
      ({ id }) => app.owner.call('applications.update', { id, seen: 1, allowlist: ['192.0.2.0/24'] })
    ],
    [
      'given another role',
      'access/permission-required',
      ({ id }) => app.owner.call('applications.update', { id, seen: 1, roleId: 'policy_enforcement_point' })
    ],
    [
      'of a role that lost it',
      'access/permission-required',
      ({ roleId }) => app.owner.call('roles.edit', { id: roleId, seen: 1, revoke: ['people.roles.view'] })
    ],
    [
      'expired',
      'expired',
      ({ keyId }) => state.audited((tx) => tx`update api_keys set expires_at = now() where id = ${keyId}`)
    ],
    [
      'without a steward for too long',
      'suspended',
      ({ id }) =>
        state.audited(
          (tx) => tx`update applications set steward_gone_at = now() - interval '31 days' where id = ${id}`
        )
    ]
  ];
  test.each(ends)('%s: it opens nothing, in questions and in changes', async (_, why, end) => {
    const made = await machine(['people.roles.view', 'people.roles.add']);
    expect(await reason(made.client)).toBe('works');
    await end(made);
    expect(await reason(made.client)).toBe(why);
    if (why.startsWith('access/')) return;
    const rows = await state.rows();
    const change = await made.client.refused('roles.create', { name: `By ${made.id}` });
    expect(change).toEqual({ code: 'auth/key', reason: why });
    expect(await state.rows()).toBe(rows);
  });

  test('[APP-3] a rotated key works beside its successor until its overlap is over', async () => {
    const { client, keyId, id } = await machine(['people.roles.view']);
    const next = await app.owner.call<{ id: string; key: string }>('applications.rotateKey', {
      keyId,
      overlapMinutes: 60
    });
    expect([await reason(client), await reason(withKey(next.key))]).toEqual(['works', 'works']);
    // A key is replaced once: two successors would be two lanes nobody counts.
    expect(await app.owner.refused('applications.rotateKey', { keyId })).toMatchObject({
      code: 'input/invalid',
      field: 'keyId'
    });
    await state.audited((tx) => tx`update api_keys set retires_at = now() where id = ${keyId}`);
    expect([await reason(client), await reason(withKey(next.key))]).toEqual(['rotated', 'works']);
    const [listed] = (await app.owner.call<{ id: string; keys: object[] }[]>('applications.list')).filter(
      (one) => one.id === id
    );
    expect(listed!.keys).toMatchObject([
      { id: next.id, state: 'active' },
      { id: keyId, state: 'rotated', replacedBy: next.id }
    ]);
  });

  test('[APP-3] an old key is given more time: up to thirty days, up to its own end, and never less', async () => {
    const { client, keyId } = await machine(['people.roles.view']);
    const later = (days: number) => new Date(Date.now() + days * DAY).toISOString();
    const extend = (until: string) =>
      app.owner.call<{ retiresAt: string }>('applications.extendKey', { keyId, until });
    const refusedField = async (until: string) =>
      (await app.owner.refused('applications.extendKey', { keyId, until })) as object;
    expect(await refusedField(later(1))).toMatchObject({ code: 'input/invalid', field: 'keyId' });
    const next = await app.owner.call<{ id: string }>('applications.rotateKey', {
      keyId,
      overlapMinutes: 60
    });
    const entries = () => state.entries('api_key.extended');
    const until = later(1);
    expect(await extend(until)).toEqual({ retiresAt: until });
    // The second who asks for the same, and who asks for less, change nothing.
    expect([await extend(until), await extend(later(0.5))]).toEqual([
      { retiresAt: until },
      { retiresAt: until }
    ]);
    expect(await entries()).toBe(1);
    const [made] = await state.sql<
      { at: Date }[]
    >`select created_at as at from api_keys where id = ${next.id}`;
    const latest = new Date(made!.at.getTime() + 30 * DAY).toISOString();
    expect(await extend(later(300))).toEqual({ retiresAt: latest });
    expect(await refusedField(later(300))).toMatchObject({ code: 'input/invalid', field: 'until' });
    // Its own end comes first.
    await state.audited(
      (tx) =>
        tx`update api_keys set retires_at = now() + interval '1 hour', expires_at = ${later(2)} where id = ${keyId}`
    );
    const [own] = await state.sql<{ at: Date }[]>`select expires_at as at from api_keys where id = ${keyId}`;
    expect(await extend(later(5))).toEqual({ retiresAt: own!.at.toISOString() });
    expect(await reason(client)).toBe('works');
    // One whose time is over, or that was ended, comes back by nothing.
    await state.audited((tx) => tx`update api_keys set retires_at = now() where id = ${keyId}`);
    expect(await refusedField(later(1))).toMatchObject({ code: 'input/invalid', field: 'keyId' });
    expect(await reason(client)).toBe('rotated');
    const [entry] = await state.sql`select doc from audit.entry where doc->>'action' = 'api_key.extended'
      order by n desc limit 1`;
    expect(entry!['doc']).toMatchObject({
      target: { type: 'key', id: keyId },
      change: [{ path: 'of' }, { path: 'retiresAt', new: own!.at.toISOString() }]
    });
  });

  test('[APP-3] a key is extended by who may rotate it, is handed on to nobody, and not when it was ended', async () => {
    const { keyId } = await machine(['people.roles.view']);
    await app.owner.call('applications.rotateKey', { keyId });
    const input = { keyId, until: new Date(Date.now() + 2 * DAY).toISOString() };
    const plain = await app.person('Paul Plain', 'read_only_auditor');
    expect((await plain.client.refused('applications.extendKey', input)).code).toBe(
      'access/permission-required'
    );
    const handed = { procedure: 'applications.extendKey', input };
    const handover = { to: app.ownerId, asked: handed, note: 'please' };
    expect((await plain.client.refused('handovers.send', handover)).code).toBe('input/invalid');
    await app.owner.call('applications.revokeKey', { keyId });
    expect(await app.owner.refused('applications.extendKey', input)).toMatchObject({ field: 'keyId' });
  });

  test('its steward’s leaving is flagged on it, and said in the log; their return takes the flag away', async () => {
    const steward = await app.person('Stan Steward', 'support');
    const { id, client } = await machine(['people.roles.view'], { stewardId: steward.id });
    const flag = async () =>
      (await app.owner.call<{ stewardlessUntil: string | null }>('applications.get', { id }))
        .stewardlessUntil;
    expect(await flag()).toBeNull();
    await app.owner.call('administrators.suspend', { id: steward.id });
    expect(Date.parse((await flag())!) - Date.now()).toBeGreaterThan(29 * 86_400_000);
    expect(await reason(client)).toBe('works');
    await app.owner.call('administrators.reactivate', { id: steward.id });
    expect(await flag()).toBeNull();
    await app.owner.call('administrators.delete', { id: steward.id, hard: true });
    expect(await flag()).not.toBeNull();
    const [entry] = await state.sql`select doc->'change' as change from audit.entry
      where doc->>'action' = 'administrator.deleted' order by n desc limit 1`;
    expect(JSON.stringify(entry!['change'])).toContain('stewardGone');
  });
});

describe('[APP-1] whom an application may be given, and whom it may touch', () => {
  test('[ACC-1] nobody gives one a role of which they do not hold everything', async () => {
    const refusal = await kay.client.refused('applications.create', { name: 'Too much', roleId: 'support' });
    expect(refusal.code).toBe('access/not-held');
    for (const client of [app.owner, ann.client])
      expect(
        (await client.refused('applications.create', { name: 'Super', roleId: 'super_administrator' })).code
      ).toBe('input/invalid');
  });

  test('[ACC-2] nobody makes, rotates or ends a key of one that may do more than they', async () => {
    const { id, keyId, client } = await machine(['people.administrators.view', 'people.roles.view']);
    const tries: [string, object][] = [
      ['applications.createKey', { id }],
      ['applications.rotateKey', { keyId }],
      ['applications.extendKey', { keyId, until: new Date(Date.now() + DAY).toISOString() }],
      ['applications.revokeKey', { keyId }],
      ['applications.update', { id, seen: 1, allowlist: ['127.0.0.1'] }],
      ['applications.suspend', { id }],
      ['applications.delete', { id }]
    ];
    for (const [name, input] of tries)
      expect((await kay.client.refused(name, input)).code, name).toBe('access/not-dominated');
    expect(await reason(client)).toBe('works');
    for (const [name, input] of tries.slice(0, 6)) await app.owner.call(name, input);
  });

  test('[ACC-3] the role of one that may do more cannot be edited, nor can it widen its own', async () => {
    const { roleId, client } = await machine([
      'people.administrators.view',
      'people.roles.edit',
      'people.roles.view'
    ]);
    const editor = await app.person(
      'Eddy Editor',
      (
        await app.owner.call<{ id: string }>('roles.create', {
          name: 'Editor',
          permissions: ['people.roles.edit']
        })
      ).id
    );
    const edit = { id: roleId, seen: 1, description: 'x' };
    expect((await editor.client.refused('roles.edit', edit)).code).toBe('access/not-dominated');
    await app.owner.call('roles.edit', { id: roleId, seen: 1, revoke: ['people.administrators.view'] });
    const own = await client.call<{ refused: { code: string }[] }>('roles.edit', {
      id: roleId,
      seen: 99,
      grant: ['people.administrators.view']
    });
    expect(own.refused.map(({ code }) => code)).toEqual(['access/not-held']);
  });

  test('[ACC-4] it touches neither itself nor what outranks it, and the log says it was it', async () => {
    const made = await machine([
      'people.administrators.view',
      'people.administrators.suspend',
      'people.api_keys.list',
      'people.api_keys.edit_scope',
      'people.api_keys.create'
    ]);
    const { id, client, keyId } = made;
    expect((await client.refused('applications.update', { id, seen: 1, perMinute: 9 })).code).toBe(
      'access/self'
    );
    expect((await client.refused('applications.createKey', { id })).code).toBe('access/self');
    expect((await client.refused('administrators.suspend', { id: ann.id })).code).toBe(
      'access/not-dominated'
    );
    expect((await client.refused('administrators.suspend', { id: app.ownerId })).code).toBe('access/owner');
    const weak = await app.owner.call<{ id: string }>('roles.create', { name: `Weak ${id}` });
    const victim = await app.person('Vic Weak', weak.id);
    await client.call('administrators.suspend', { id: victim.id });
    const [entry] =
      await state.sql`select doc from audit.entry where doc->>'action' = 'administrator.suspended'
      order by n desc limit 1`;
    const [key] = await state.sql`select kid from api_keys where id = ${keyId}`;
    expect(entry!['doc']).toMatchObject({
      actor: { type: 'application', id, via: 'key', key: key!['kid'], sid: null, aal: 0 },
      target: { id: victim.id }
    });
  });

  test('[ROL-8] a role that one holds is in use, and is deleted only with another in its place', async () => {
    const { id, roleId, client } = await machine(['people.roles.view']);
    expect(await app.owner.refused('roles.delete', { id: roleId })).toEqual({
      code: 'conflict/in-use',
      members: 1
    });
    expect(
      (await app.owner.refused('roles.delete', { id: roleId, reassignTo: 'super_administrator' })).code
    ).toBe('input/invalid');
    await app.owner.call('roles.delete', { id: roleId, reassignTo: 'policy_enforcement_point' });
    expect(await app.owner.call('applications.get', { id })).toMatchObject({
      role: { id: 'policy_enforcement_point' }
    });
    expect(await reason(client)).toBe('access/permission-required');
  });

  test('names are unique, also to the eye; what is no address is named; who answers for it is active', async () => {
    await machine([], { name: 'Relay' });
    const roleId = 'policy_enforcement_point';
    expect(await app.owner.refused('applications.create', { name: 'Rеlay', roleId })).toEqual({
      code: 'input/taken',
      field: 'name',
      looksLike: 'Relay'
    });
    expect(
      await app.owner.refused('applications.create', { name: 'Net', roleId, allowlist: ['10.0.0.0/33'] })
    ).toMatchObject({ code: 'input/invalid', field: 'allowlist' });
    expect(
      await app.owner.refused('applications.create', { name: 'Who', roleId, stewardId: randomUUID() })
    ).toMatchObject({ code: 'input/invalid', field: 'stewardId' });
  });

  test('[LIV-7] two who change the same field: the second is shown both values; other fields land', async () => {
    const { id } = await machine([]);
    await app.owner.call('applications.update', { id, seen: 1, perMinute: 100 });
    const late = await ann.client.call<{ seq: number; refused: object[] }>('applications.update', {
      id,
      seen: 1,
      perMinute: 200,
      allowlist: ['127.0.0.1']
    });
    expect(late.refused).toMatchObject([
      { code: 'conflict/changed-since', field: 'perMinute', yours: 200, theirs: 100, by: 'Maya Lindqvist' }
    ]);
    expect(await app.owner.call('applications.get', { id })).toMatchObject({
      perMinute: 100,
      allowlist: ['127.0.0.1'],
      seq: 3
    });
  });
});

describe('[APP-5] personal keys', () => {
  const own = async (person: ApiClient, permissions: string[]) => {
    const made = await person.call<{ id: string; key: string }>('keys.create', { name: 'Mine', permissions });
    return { ...made, client: withKey(made.key) };
  };

  test('personal keys are made for some of what one holds, and narrowed by what one holds later', async () => {
    expect(
      (await kay.client.refused('keys.create', { name: 'More', permissions: ['people.roles.edit'] })).code
    ).toBe('access/not-held');
    const { client } = await own(kay.client, ['people.roles.view']);
    expect(await reason(client)).toBe('works');
    expect((await client.refused('applications.list')).code).toBe('access/permission-required');
    await app.owner.call('administrators.update', { id: kay.id, seen: 99, roleId: 'sending_layer' });
    expect(await reason(client)).toBe('access/permission-required');
  });

  test('personal keys of the owner are worth what they were made for: the owner is exempt from nothing through one', async () => {
    const { client } = await own(app.owner, ['people.roles.add', 'people.roles.view']);
    expect(
      await client.refused('roles.create', { name: 'By key', permissions: ['people.roles.edit'] })
    ).toEqual({
      code: 'access/not-held',
      permissions: ['people.roles.edit']
    });
    await client.call('roles.create', { name: 'By key', permissions: ['people.roles.view'] });
    const [entry] = await state.sql`select doc from audit.entry where doc->>'action' = 'role.created'
      order by n desc limit 1`;
    expect(entry!['doc']).toMatchObject({ actor: { type: 'administrator', id: app.ownerId, via: 'key' } });
  });

  test('stop with their person: suspended, reset, deactivated; and come back only from the first', async () => {
    const role = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Own keys',
      permissions: ['people.api_keys.create', 'people.roles.view']
    });
    const pat = await app.person('Pat Person', role.id);
    const first = await own(pat.client, ['people.roles.view']);
    await app.owner.call('administrators.suspend', { id: pat.id });
    expect(await reason(first.client)).toBe('suspended');
    await app.owner.call('administrators.reactivate', { id: pat.id });
    expect(await reason(first.client)).toBe('works');
    await app.owner.call('administrators.resetPassword', { id: pat.id });
    expect(await reason(first.client)).toBe('revoked');
  });

  test('personal keys are seen and ended by their person alone', async () => {
    const { id, client } = await own(ann.client, ['people.roles.view']);
    const listed = await ann.client.call<{ id: string; permissions: string[] }[]>('keys.list');
    expect(listed.map((key) => [key.id, key.permissions])).toContainEqual([id, ['people.roles.view']]);
    expect((await app.owner.call<{ id: string }[]>('keys.list')).map((key) => key.id)).not.toContain(id);
    expect((await app.owner.refused('keys.revoke', { keyId: id })).code).toBe('not-found');
    expect((await app.owner.refused('applications.revokeKey', { keyId: id })).code).toBe('not-found');
    await ann.client.call('keys.revoke', { keyId: id });
    expect(await reason(client)).toBe('revoked');
  });
});
