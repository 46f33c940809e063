import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type postgres from 'postgres';
import { parseKey, SECRET_LENGTH, writeKey } from '../../src/lib/core/applications/key-format';
import { ApiClient } from '../support/api-client';
import { enrol, PASSWORD, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// What keys rest on, where two act at the same moment, and what ends them beside their own end.

let app: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

function withKey(key: string): ApiClient {
  const client = new ApiClient(app.origin);
  client.key = key;
  return client;
}

let number = 0;
async function roleOf(permissions: string[]): Promise<string> {
  const role = { name: `Role ${++number}`, permissions };
  return (await app.owner.call<{ id: string }>('roles.create', role)).id;
}

async function machine(roleId: string): Promise<{ id: string; keyId: string; client: ApiClient }> {
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: `Machine ${++number}`,
    roleId
  });
  const made = await app.owner.call<{ id: string; key: string }>('applications.createKey', { id });
  return { id, keyId: made.id, client: withKey(made.key) };
}

async function ownKey(of: ApiClient, permissions: string[]) {
  const made = await of.call<{ id: string; key: string }>('keys.create', { name: 'Mine', permissions });
  return { id: made.id, key: made.key, client: withKey(made.key) };
}

const reason = async (client: ApiClient) => {
  const { refusal } = await client.try('roles.list');
  return refusal?.code === 'auth/key' ? refusal.reason : (refusal?.code ?? 'works');
};

/** True if a statement of this console waits for a row that another transaction holds. */
const isWaiting = async () =>
  (
    await state.sql`select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'rolecall app' and wait_event_type = 'Lock'`
  ).length > 0;

/** Another connection holds what its statement locks, while something is asked that must wait until it commits. */
async function whileHeld<T>(
  hold: (tx: postgres.TransactionSql) => Promise<unknown>,
  ask: () => Promise<T>,
  meanwhile?: () => Promise<unknown>
) {
  let asked: Promise<T> | undefined;
  await state.audited(async (tx) => {
    await hold(tx);
    let answered = false;
    asked = ask().finally(() => (answered = true));
    await until(async () => answered || (await isWaiting()), 'it waits, or was answered');
    await meanwhile?.();
  });
  return asked!;
}

describe('[APP-1] two at the same moment', () => {
  test.each(['applications.create', 'applications.update'])(
    '%s waits for whoever suspends its steward, and then takes another one',
    async (procedure) => {
      const stan = await app.person(`Stan ${++number}`, 'support');
      const roleId = await roleOf([]);
      const { id } = await machine(roleId);
      const refused = await whileHeld(
        (tx) => tx`update administrators set status = 'suspended', seq = seq + 1 where id = ${stan.id}`,
        () =>
          procedure === 'applications.create'
            ? app.owner.try(procedure, { name: `Held ${number}`, roleId, stewardId: stan.id })
            : app.owner.try<{ refused: object[] }>(procedure, { id, seen: 1, stewardId: stan.id })
      );
      const why = { code: 'input/invalid', field: 'stewardId' };
      if (procedure === 'applications.create') expect(refused.refusal).toMatchObject(why);
      else expect(refused.value).toMatchObject({ refused: [why] });
    }
  );

  test('an application that changes another holds neither when it waits: they are locked in one order', async () => {
    const roleId = await roleOf(['people.api_keys.list', 'people.api_keys.expire']);
    const pair = [await machine(roleId), await machine(roleId)].sort((a, b) => (a.id < b.id ? 1 : -1));
    const [later, earlier] = pair as [(typeof pair)[0], (typeof pair)[0]];
    const { status } = await whileHeld(
      (tx) => tx`select 1 from applications where id = ${earlier.id} for update`,
      () => later.client.try('applications.suspend', { id: earlier.id }),
      // Nobody holds the one that comes later.
      () => state.sql`select 1 from applications where id = ${later.id} for update nowait`
    );
    expect(status).toBe(200);
  });
});

test('[LOG-1] a key that reads the log is a look of its own, however lately its person looked', async () => {
  const viewer = await app.person(
    'Vera Viewer',
    await roleOf(['tools.activity_log.view', 'people.api_keys.create'])
  );
  const { client } = await ownKey(viewer.client, ['tools.activity_log.view']);
  await viewer.client.call('log.list', { view: 'activity', limit: 1 });
  for (let n = 0; n < 2; n++) await client.call('log.list', { view: 'activity', limit: 1 });
  const looks = await state.sql<{ via: string }[]>`select doc->'actor'->>'via' as via from audit.entry
    where doc->>'action' = 'log.viewed' and doc->'actor'->>'id' = ${viewer.id} order by n`;
  expect(looks.map(({ via }) => via)).toEqual(['web', 'key']);
});

test('[LOG-2] [APP-6] an entry says with which key it was done, whose holder it was, and is found by it', async () => {
  const made = await machine(await roleOf(['people.roles.add', 'people.roles.view']));
  const { kid } = parseKey(made.client.key!)!;
  const role = await made.client.call<{ id: string }>('roles.create', { name: `By a machine ${++number}` });
  await state.settled();
  type Listed = { id: number; action: string; actor: object; role: object | null }[];
  const listed = async (filter: object) =>
    (await app.owner.call<{ entries: Listed }>('log.list', { view: 'activity', ...filter })).entries;
  const [entry] = await listed({ target: role.id });
  expect(entry).toMatchObject({ action: 'role.created', actor: { id: made.id, type: 'application' } });
  expect(await app.owner.call('log.entry', { id: entry!.id })).toMatchObject({
    via: 'key',
    key: { name: 'Key', kid, prefix: `rck_live_${kid}` }
  });
  expect((await listed({ search: kid })).map(({ action }) => action)).toEqual([
    'role.created',
    'api_key.created'
  ]);
  const [other] = await listed({ action: 'application.created' });
  expect(await app.owner.call('log.entry', { id: other!.id })).toMatchObject({ via: 'web', key: null });
  expect(other!.actor).toEqual({ id: app.ownerId, name: 'Maya Lindqvist' });
});

describe('[APP-5] what ends the personal keys of somebody', () => {
  const OTHER = 'another sentence, long enough for tests';
  let roleId: string;
  beforeAll(async () => {
    roleId = await roleOf([
      'people.api_keys.create',
      'people.roles.view',
      'people.self.change_password',
      'people.self.own_sessions',
      'people.self.manage_2fa_passkeys'
    ]);
  });

  async function holder(): Promise<{ person: TestPerson; key: Awaited<ReturnType<typeof ownKey>> }> {
    const person = await app.person(`Holger ${++number}`, roleId);
    return { person, key: await ownKey(person.client, ['people.roles.view']) };
  }

  const ends: [string, (of: TestPerson) => Promise<unknown>, 'revoked' | 'works'][] = [
    [
      'their own change of the password',
      ({ client }) => client.call('auth.changePassword', { current: PASSWORD, password: OTHER }),
      'revoked'
    ],
    [
      'the same, with keys that are to stay',
      ({ client }) =>
        client.call('auth.changePassword', { current: PASSWORD, password: OTHER, keepKeys: true }),
      'works'
    ],
    ['their signing out everywhere else', ({ client }) => client.call('me.revokeSessions', {}), 'revoked'],
    [
      'the same, with keys that are to stay',
      ({ client }) => client.call('me.revokeSessions', { keepKeys: true }),
      'works'
    ],
    [
      'an administrator who signs them out everywhere',
      ({ id }) => app.owner.call('administrators.revokeSessions', { id }),
      'revoked'
    ],
    [
      'the same for many at once',
      ({ id }) => app.owner.call('administrators.bulk', { ids: [id], action: { kind: 'revokeSessions' } }),
      'revoked'
    ],
    [
      'a reset of their password',
      ({ id }) => app.owner.call('administrators.resetPassword', { id }),
      'revoked'
    ],
    ['their deactivation', ({ id }) => app.owner.call('administrators.delete', { id }), 'revoked'],
    [
      'a reset of their second factor',
      async ({ id, client }) => {
        await enrol(client);
        await app.owner.call('administrators.reset2fa', { id });
      },
      'revoked'
    ]
  ];
  test.each(ends)('%s', async (_, end, then) => {
    const { person, key } = await holder();
    expect(await reason(key.client)).toBe('works');
    await end(person);
    expect(await reason(key.client)).toBe(then);
  });

  test('the end of one session of theirs, or of another key, is not', async () => {
    const { person, key } = await holder();
    const other = await ownKey(person.client, ['people.roles.view']);
    await app.owner.call('administrators.revokeSessions', { id: person.id, sid: 'a'.repeat(26) });
    await app.owner.call('administrators.revokeKey', { id: person.id, keyId: other.id });
    expect([await reason(key.client), await reason(other.client)]).toEqual(['works', 'revoked']);
  });

  test('[ADM-9] who may end their sessions sees their keys and revokes one, and they are told', async () => {
    const { person, key } = await holder();
    await key.client.call('roles.list');
    type Listed = { id: string; name: string; prefix: string; state: string; lastUsedAt: string | null }[];
    const listed = () => app.owner.call<Listed>('administrators.keys', { id: person.id });
    await until(async () => (await listed())[0]?.lastUsedAt !== null, 'its use is noted');
    expect(await listed()).toMatchObject([
      { id: key.id, name: 'Mine', prefix: key.key.slice(0, 21), state: 'active' }
    ]);
    expect(JSON.stringify(await listed())).not.toContain(key.key.slice(22, 54));
    const plain = await app.person(`Paul ${++number}`, roleId);
    const input = { id: person.id, keyId: key.id };
    for (const [name, given] of [
      ['administrators.keys', { id: person.id }],
      ['administrators.revokeKey', input]
    ] as const)
      expect((await plain.client.refused(name, given)).code).toBe('access/permission-required');
    // A key of somebody else is none of theirs.
    expect(await app.owner.refused('administrators.revokeKey', { ...input, id: plain.id })).toEqual({
      code: 'not-found',
      what: 'key'
    });
    await app.owner.call('administrators.revokeKey', input);
    expect(await app.owner.call('administrators.revokeKey', input)).toEqual({ revoked: false });
    expect(await reason(key.client)).toBe('revoked');
    const [entry] = await state.sql`select doc from audit.entry where doc->>'action' = 'api_key.revoked'
      order by n desc limit 1`;
    expect(entry!['doc']).toMatchObject({ target: { id: key.id }, actor: { id: app.ownerId } });
    expect(await noticesOf(person.id)).toContainEqual({
      kind: 'key-revoked',
      data: { by: 'Maya Lindqvist', name: 'Mine' }
    });
  });
});

const noticesOf = (id: string) =>
  state.sql<
    { kind: string; data: object }[]
  >`select kind, data from notices where administrator_id = ${id}`.then((rows) =>
    rows.map(({ kind, data }) => ({ kind, data }))
  );

describe('who is told of a new key', () => {
  test('[APP-5] the person in whose name it is', async () => {
    const roleId = await roleOf(['people.api_keys.create', 'people.roles.view']);
    const person = await app.person(`Tom ${++number}`, roleId);
    await ownKey(person.client, ['people.roles.view']);
    expect((await noticesOf(person.id)).map(({ kind }) => kind)).toEqual(['key-made']);
  });

  test('[APP-1] the steward of an application, unless they made it', async () => {
    const roleId = await roleOf([]);
    const steward = await app.person(`Sten ${++number}`, 'support');
    const { id } = await app.owner.call<{ id: string }>('applications.create', {
      name: `Told ${number}`,
      roleId,
      stewardId: steward.id
    });
    const { id: keyId } = await app.owner.call<{ id: string }>('applications.createKey', {
      id,
      name: 'First'
    });
    await app.owner.call('applications.rotateKey', { keyId });
    const told = { by: 'Maya Lindqvist', application: `Told ${number}`, name: 'First' };
    expect(await noticesOf(steward.id)).toEqual([
      { kind: 'application-key-made', data: { ...told, rotated: null } },
      { kind: 'application-key-made', data: { ...told, rotated: 'rotated' } }
    ]);
    await machine(roleId);
    expect((await noticesOf(app.ownerId)).map(({ kind }) => kind)).not.toContain('application-key-made');
  });
});

describe('[APP-4] a key that is reported as leaked', () => {
  const report = (body: unknown) => askEndpoint(app.origin, '/keys/v1/leaked', { body });

  test('a key that is reported as leaked stops at once, whatever it belongs to; who must know is told, and the log says why', async () => {
    const person = await app.person(
      `Lea ${++number}`,
      await roleOf(['people.api_keys.create', 'people.roles.view'])
    );
    const own = await ownKey(person.client, ['people.roles.view']);
    const steward = await app.person(`Lars ${number}`, 'support');
    const made = await machine(await roleOf(['people.roles.view']));
    await app.owner.call('applications.update', { id: made.id, seen: 9, stewardId: steward.id });
    for (const [client, ids] of [
      [own.client, [person.id]],
      [made.client, [steward.id, app.ownerId]]
    ] as const) {
      expect(await reason(client)).toBe('works');
      const { status, body } = await report({ key: client.key });
      expect([status, body]).toEqual([200, { received: true }]);
      expect(await reason(client)).toBe('revoked');
      for (const id of ids) expect((await noticesOf(id)).map(({ kind }) => kind)).toContain('key-leaked');
      const [entry] = await state.sql`select doc from audit.entry order by n desc limit 1`;
      expect(entry!['doc']).toMatchObject({
        action: 'api_key.revoked',
        reason: 'leaked',
        actor: { type: 'anonymous' }
      });
    }
    expect(await report({ key: own.key })).toMatchObject({ status: 200, text: '{"received":true}' });
  });

  test('what is no key, or has a wrong secret, gets the same answer and changes nothing', async () => {
    const { client } = await machine(await roleOf(['people.roles.view']));
    const { kid } = parseKey(client.key!)!;
    const entries = await state.entries();
    const wrong = writeKey({ kid, secret: 'a'.repeat(SECRET_LENGTH) });
    for (const key of ['x', wrong, `${client.key}x`])
      expect(await report({ key })).toMatchObject({ status: 200, text: '{"received":true}' });
    for (const body of [{}, { key: client.key, more: 1 }, '{']) expect((await report(body)).status).toBe(400);
    expect(await state.entries()).toBe(entries);
    expect(await reason(client)).toBe('works');
  });

  test('a network reports so many and no more', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => report({ key: 'x' })));
    const [late] = answers.filter(({ status }) => status === 429);
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('[APP-2] the platform’s maximum life of keys', () => {
  const DAY = 86_400_000;
  const setMost = async (mostDays: number) => {
    const { versions } = await app.owner.call<{ versions: Record<string, number> }>('settings.get');
    await app.owner.call('settings.update', { seen: versions['keys'] ?? 0, keys: { mostDays } });
  };
  const endOf = async (id: string) => {
    const [row] = await state.sql<{ left: number }[]>`
      select extract(epoch from expires_at - created_at)::float8 * 1000 as left from api_keys where id = ${id}`;
    return row!.left / DAY;
  };

  test('lowered, it shortens what exists and what is made; raised, it lengthens nothing', async () => {
    const { id, keyId, client } = await machine(await roleOf(['people.roles.view']));
    const own = await ownKey(app.owner, ['people.roles.view']);
    expect(await endOf(keyId)).toBeCloseTo(90, 1);
    await state.audited(
      (tx) => tx`update api_keys set created_at = now() - interval '31 days' where id = ${own.id}`
    );
    await setMost(30);
    expect(await endOf(keyId)).toBeCloseTo(30, 3);
    expect([await reason(client), await reason(own.client)]).toEqual(['works', 'expired']);
    const [entry] = await state.sql<{ change: { path: string; new: number }[] }[]>`
      select doc->'change' as change from audit.entry where doc->>'action' = 'settings.changed' order by n desc limit 1`;
    expect(entry!.change.find(({ path }) => path === 'keysShortened')?.new).toBeGreaterThanOrEqual(2);
    const next = await app.owner.call<{ id: string }>('applications.createKey', { id });
    expect(await endOf(next.id)).toBeCloseTo(30, 1);
    const at = (days: number) => new Date(Date.now() + days * DAY).toISOString();
    expect(await app.owner.refused('applications.createKey', { id, expiresAt: at(31) })).toMatchObject({
      code: 'input/invalid',
      field: 'expiresAt'
    });
    await app.owner.call('applications.createKey', { id, expiresAt: at(30) });
    await setMost(365);
    expect(await endOf(keyId)).toBeCloseTo(30, 3);
  });

  test('a key that is made while it is lowered is not longer for it', async () => {
    const { id } = await machine(await roleOf([]));
    const made = await whileHeld(
      async (tx) => {
        await tx`select pg_advisory_xact_lock(${0x73657474})`;
        await tx`update settings set value = value || '{"mostDays": 7}', seq = seq + 1 where section = 'keys'`;
      },
      () => app.owner.call<{ id: string }>('applications.createKey', { id })
    );
    expect(await endOf(made.id)).toBeCloseTo(7, 1);
    await setMost(365);
  });
});
