import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Refusal } from '../../src/lib/core/access/refusal';
import { plantPeople } from '../support/accounts';
import { ApiClient } from '../support/api-client';
import { plantApplication, plantPersonalKey } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import { openState, type StateProbe } from '../support/state';

// Every procedure of the walker with keys that are worth less than they were: narrower than their person, or of
// somebody who is no longer what they were. Nothing is done with one of them.

type Named = { name: string; input: object | undefined; permission: string | null; isForPeople: boolean };
const PROCEDURES = Object.entries(DECLARED_PROCEDURES).map(([name, of]): Named => ({
  name,
  input: of.input,
  permission: typeof of.access === 'object' ? of.access.permission : (of.depends ?? null),
  isForPeople: of.by !== undefined || of.access === 'public' || of.access === 'steps'
}));
const SEEN = 1e6;

let app: TestConsole;
let state: StateProbe;
let all: string[];
let most: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  ({ permissions: all } = await app.owner.call<{ permissions: string[] }>('me.get'));
  const role = { name: 'Nearly everything', permissions: all };
  most = (await app.owner.call<{ id: string }>('roles.create', role)).id;
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

/** Procedures whose answer to a key is not the expected one, with their answers. */
async function others(client: ApiClient, expected: (of: Named) => Partial<Refusal>): Promise<string[]> {
  const found: string[] = [];
  for (const procedure of PROCEDURES) {
    const { refusal, status } = await client.try(procedure.name, procedure.input);
    if (JSON.stringify(refusal) !== JSON.stringify(expected(procedure)))
      found.push(`${procedure.name}: ${status} ${JSON.stringify(refusal)}`);
  }
  return found;
}

describe('[APP-5] a personal key of the owner', () => {
  test('made for nothing, is refused every procedure with what it takes', async () => {
    const client = withKey((await plantPersonalKey(state, app.ownerId, [])).key);
    const rows = await state.changes.of(state.changes.tables);
    for (const { name, input, permission } of PROCEDURES.filter((of) => !of.isForPeople && of.permission)) {
      const { status, refusal } = await client.try(name, input);
      expect([name, status, refusal]).toEqual([
        name,
        403,
        { code: 'access/permission-required', permission }
      ]);
    }
    expect(await state.changes.of(state.changes.tables)).toBe(rows);
    const [entry] = await state.sql`select doc from audit.entry
      where doc->>'action' = 'access.denied' order by n desc limit 1`;
    expect(entry!['doc']).toMatchObject({
      actor: { type: 'administrator', id: app.ownerId, via: 'key' }
    });
  });

  test.each(PROCEDURES.filter(({ isForPeople, permission }) => !isForPeople && permission))(
    '$name is refused to one made for everything else',
    async ({ name, input, permission }) => {
      const rest = all.filter((id) => id !== permission);
      const client = withKey((await plantPersonalKey(state, app.ownerId, rest)).key);
      const rows = await state.changes.of(state.changes.tables);
      const { status, refusal } = await client.try(name, input);
      expect([status, refusal]).toEqual([403, { code: 'access/permission-required', permission }]);
      expect(await state.changes.of(state.changes.tables)).toBe(rows);
    }
  );
});

const dead = (reason: Extract<Refusal, { code: 'auth/key' }>['reason']) => (): Refusal => ({
  code: 'auth/key',
  reason
});
/**
 * Refusals to a holder who holds nothing now: what takes a permission is refused, what is for people alone is not
 * theirs anyway.
 */
const worthless = ({ isForPeople, permission }: Named): Partial<Refusal> =>
  isForPeople
    ? { code: 'access/people-only' }
    : ({ code: 'access/permission-required', permission } as Partial<Refusal>);
type Ended = [string, (id: string, keyId: string) => Promise<unknown>, (of: Named) => Partial<Refusal>];

const PERSONAL: Ended[] = [
  ['suspended', (id) => app.owner.call('administrators.suspend', { id }), dead('suspended')],
  ['deactivated', (id) => app.owner.call('administrators.delete', { id }), dead('revoked')],
  ['deleted for good', (id) => app.owner.call('administrators.delete', { id, hard: true }), dead('unknown')],
  ['signed out everywhere', (id) => app.owner.call('administrators.revokeSessions', { id }), dead('revoked')],
  ['demoted', (id) => app.owner.call('administrators.update', { id, seen: SEEN, roleId: EMPTY() }), worthless]
];
const OF_APPLICATIONS: Ended[] = [
  ['suspended', (id) => app.owner.call('applications.suspend', { id }), dead('suspended')],
  ['deleted', (id) => app.owner.call('applications.delete', { id }), dead('revoked')],
  [
    'rotated',
    (_, keyId) => app.owner.call('applications.rotateKey', { keyId, overlapMinutes: 0 }),
    dead('rotated')
  ],
  [
    'kept to other addresses',
    (id) => app.owner.call('applications.update', { id, seen: SEEN, allowlist: ['192.0.2.0/24'] }),
    dead('address')
  ],
  ['demoted', (id) => app.owner.call('applications.update', { id, seen: SEEN, roleId: EMPTY() }), worthless]
];
let emptyRole = '';
const EMPTY = () => emptyRole;

describe('[APP-4] a key whose holder was ended does nothing by any procedure', () => {
  beforeAll(async () => {
    emptyRole = (await app.owner.call<{ id: string }>('roles.create', { name: 'Empty' })).id;
  });

  /** True if a procedure takes no permission: it answers everybody, or its answer depends on whose key it is. */
  const open = (of: Named) => of.permission === null && !of.isForPeople;

  async function judge(key: string, id: string, keyId: string, [, end, expected]: Ended): Promise<void> {
    const client = withKey(key);
    // It works before: else it would show nothing.
    expect((await client.try('roles.list')).status).toBe(200);
    await end(id, keyId);
    const rows = await state.changes.of(state.changes.tables);
    const found = await others(client, expected);
    const answered = PROCEDURES.filter(open).map(({ name }) => name);
    const wrong =
      expected === worthless ? found.filter((each) => !answered.includes(each.split(':')[0]!)) : found;
    expect(wrong).toEqual([]);
    expect(await state.changes.of(state.changes.tables)).toBe(rows);
  }

  test.each(PERSONAL)('a personal key, its holder %s', async (...ended) => {
    const [id] = await plantPeople(state, [{ roleId: most }]);
    const { key, keyId } = await plantPersonalKey(state, id!, all);
    await judge(key, id!, keyId, ended);
  });

  test.each(OF_APPLICATIONS)('a key of an application that was %s', async (...ended) => {
    const { id, key, keyId } = await plantApplication(state, { roleId: most });
    await judge(key, id, keyId, ended);
  });

  // The walk is alive: a key that works still is found out.
  test('one that nobody ended is noticed', async () => {
    const { key } = await plantApplication(state, { roleId: most });
    expect((await others(withKey(key), dead('suspended'))).length).toBe(PROCEDURES.length);
  });
});
