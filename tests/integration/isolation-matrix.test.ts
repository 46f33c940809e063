import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ProgramLimits } from '../../src/lib/server/api/http/program-limits';
import { FED_PERSON, OF_VISIT, writeActingAs } from '../../src/lib/protocol/acting-as';
import { OPEN_TO_USERS } from '../../src/lib/core/users/open-to-users';
import type { VisitBegun } from '../../src/lib/server/services/users/sign-in-as';
import type { Fences } from '../../src/lib/server/services/write-path/deps';
import { plantApplication, plantUserKey } from '../support/applications';
import { ApiClient } from '../support/api-client';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import { INPUT_FAULTS } from '../support/isolation/asked-of-another';
import { ask, cookieOf, plain, walkDocuments, walkProcedures, type Other } from '../support/isolation/matrix';
import { askEndpoint } from '../support/program';
import { openState, type StateProbe } from '../support/state';
import { businessState } from '../support/tables';
import { OWN_RIGHTS, signedInUsers, type SignedInUser } from '../support/tenant-sign-in';

// [TEN-3] Every door × every way in which scope is lost × whose it is, with both fences of hard scope, and with each
// by itself.

const BOTH: Fences = { code: true, rows: true };
const CODE_ALONE: Fences = { code: true, rows: false };
const ROWS_ALONE: Fences = { code: false, rows: true };
const NONE: Fences = { code: false, rows: false };

let app: TestConsole;
/** Other processes of the same installation, with other fences. */
const behind = new Map<Fences, TestConsole>();
let state: StateProbe;
let people: ReturnType<typeof signedInUsers>;
let mine: SignedInUser;
let theirs: SignedInUser;
/** Has the same package, and so the same role, as `mine`. */
let sibling: SignedInUser;
let others: Record<'another user' | 'staff', Other & { documents: string[] }>;
let exportId: string;
/** Ids of what is the user's that asks. */
const own: string[] = [];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  people = signedInUsers(app, state);
  mine = await people.user();
  theirs = await people.user([...OWN_RIGHTS, 'audience.contacts.view'], { name: 'Zephyr Package' });
  sibling = await withPackageOf(mine);
  for (const fences of [CODE_ALONE, ROWS_ALONE, NONE])
    behind.set(fences, await startTestConsole({ databaseUrl: app.databaseUrl, fences }));
  behind.set(BOTH, app);
  others = { 'another user': await anotherUser(), staff: await staff() };
  exportId = (await app.owner.call<{ id: string }>('log.export', { format: 'jsonl' })).id;
  own.push(mine.id);
  await state.settled();
});
afterAll(async () => {
  for (const each of behind.values()) if (each !== app) await each.stop();
  await state.close();
  await app.stop();
});

async function withPackageOf({ packageId }: SignedInUser): Promise<SignedInUser> {
  const given = { name: `Sibling ${randomUUID().slice(0, 8)}`, email: people.make.address(), packageId };
  const { id } = await app.owner.call<{ id: string }>('users.create', given);
  const { link } = await app.owner.call<{ link: string }>('users.resetPassword', { id });
  const client = new ApiClient(app.origin);
  await client.call('auth.acceptInvitation', { token: link.split('#')[1]!, password: PASSWORD });
  return { id, ...given, client };
}

async function anotherUser(): Promise<Other & { documents: string[] }> {
  const login = `zephyr-relay-${randomUUID().slice(0, 8)}`;
  await app.owner.call('users.addSendingName', { id: theirs.id, name: login });
  await plantUserKey(state, theirs.id, [...OWN_RIGHTS]);
  const rows = await state.sql<{ id: string; sid: string; role: string; entry: string; key: string }[]>`
    select p.id, p.role_id as role, s.sid, k.id as key, (select e.id from audit.entry e where e.doc->'target'->>'id' = ${theirs.id} limit 1) as entry
    from packages p, sessions s, api_keys k where p.id = ${theirs.packageId} and s.user_id = ${theirs.id} and k.user_id = ${theirs.id}`;
  const { id, sid, role, entry, key } = rows[0]!;
  const words = [theirs.name, theirs.email, 'Zephyr Package', login];
  return {
    ids: [theirs.id, sibling.id, id, role, sid, entry, key],
    words,
    secrets: [theirs.id, sibling.id, id, sid, role, key, ...words, sibling.name, sibling.email],
    documents: [
      'users',
      'packages',
      'userRoles',
      `role:${role}`,
      'gauges',
      ...[theirs, sibling].map(({ id: whose }) => `own?${FED_PERSON}=${whose}`)
    ].map(encode)
  };
}

async function staff(): Promise<Other & { documents: string[] }> {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Quixote Desk', permissions: ['people.roles.view'] }
  });
  const person = await app.person('Quentin Quixote', roleId);
  const relay = await plantApplication(state, { roleId, name: 'Quixote relay' });
  const [session] = await state.sql<
    { sid: string }[]
  >`select sid from sessions where administrator_id = ${person.id}`;
  const [entry] = await state.sql<
    { id: string }[]
  >`select id from audit.entry where doc->'target'->>'id' = ${person.id} limit 1`;
  const words = ['Quentin Quixote', person.email, 'Quixote Desk', 'Quixote relay'];
  return {
    ids: [person.id, roleId, relay.id, session!.sid, entry!.id],
    words,
    // The owner's name is told of what the owner did to the user; the address is not.
    secrets: [person.id, roleId, relay.id, session!.sid, ...words, 'maya@northwind.example'],
    documents: [
      'people',
      'roles',
      'applications',
      'settings',
      'feed',
      `role:${roleId}`,
      `own?${FED_PERSON}=${person.id}`
    ].map(encode)
  };
}

const encode = (document: string) => {
  const [name = '', query] = document.split('?');
  return encodeURIComponent(name) + (query === undefined ? '' : `?${query}`);
};

/** Hundreds of requests, beside everything else. */
const LONG = 600_000;

/** The same session at another process. */
function at(fences: Fences, { client }: { client: ApiClient } = mine): ApiClient {
  const there = new ApiClient(behind.get(fences)!.origin);
  const { cookie, visit, as } = client;
  return Object.assign(there, { cookie, visit, as });
}

/** One of staff who may see every user, signed in as the user that asks otherwise. */
async function visitor(): Promise<{ client: ApiClient; sid: string }> {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: `Support ${randomUUID().slice(0, 8)}`,
    permissions: [
      ...['people.impersonation.login_as_tenant', 'tenants.users.view', 'tenants.packages.view'],
      ...['tenants.user_roles.view', 'quotas.ledger.view_usage', 'quotas.platform_quota.view'],
      ...['tools.activity_log.view', 'tools.authentication_log.view']
    ]
  });
  const { id, client } = await app.person(`Una Support ${randomUUID().slice(0, 8)}`, roleId);
  const { as } = await client.call<VisitBegun>('users.signInAs', { id: mine.id, reason: 'Ticket 2281' });
  own.push(id, as.sid);
  const { cookie, visit } = client;
  const page = Object.assign(new ApiClient(app.origin), { cookie, visit, as: writeActingAs(as) });
  return { client: page, sid: as.sid };
}

/**
 * All that the installation has but for what is the user's that asks: as one text, equal when nothing of others was
 * changed. An export that nobody fetches ends by itself.
 */
const ofOthers = async () =>
  (await businessState(state.sql))
    .split('\n# ')
    .filter((table) => !table.startsWith('log_exports'))
    .flatMap((table) => table.split('\n'))
    .filter((row) => own.every((id) => !row.includes(id)))
    .join('\n');

// The matrix asks more than keys of one user may in a minute: what it is about comes after that.
const unlimited = vi.spyOn(ProgramLimits.prototype, 'take').mockReturnValue({ wait: null, headers: {} });
afterAll(() => unlimited.mockRestore());

describe.each([
  ['both fences', BOTH],
  ['the fence of code alone', CODE_ALONE],
  ['the fence of rows alone', ROWS_ALONE]
])('[TEN-3] with %s', (_, fences) => {
  test(
    'no procedure shows, tells of or changes what is another’s',
    async () => {
      const before = await ofOthers();
      const outcome = await walkProcedures(at(fences), others);
      expect(outcome.leaks).toEqual([]);
      expect(await ofOthers()).toBe(before);
      expect(outcome.cells).toBeGreaterThan(700);
    },
    LONG
  );

  test(
    'nor with a key of the user’s, made for all that it may do',
    async () => {
      const { key, keyId } = await plantUserKey(state, mine.id, [...OWN_RIGHTS]);
      own.push(keyId);
      const before = await ofOthers();
      const client = at(fences);
      client.key = key;
      const outcome = await walkProcedures(client, others);
      expect(outcome.leaks).toEqual([]);
      expect((await client.try('own.usage')).status).toBe(200);
      expect(await ofOthers()).toBe(before);
      expect(outcome.cells).toBeGreaterThan(700);
    },
    LONG
  );

  test(
    '[TEN-6] nor to one of staff who is signed in as it, whatever they see of everybody as themselves',
    async () => {
      const { client: page, sid } = await visitor();
      const before = await ofOthers();
      const client = at(fences, { client: page });
      const outcome = await walkProcedures(client, others);
      expect(outcome.leaks).toEqual([]);
      expect(await client.call('me.get')).toMatchObject({ id: mine.id, visit: { by: {} } });
      expect(await ofOthers()).toBe(before);
      expect(outcome.cells).toBeGreaterThan(700);
      const ofVisit = (door: string) => `${door}${door.includes('?') ? '&' : '?'}${OF_VISIT}=${sid}`;
      const documents = Object.entries(others).map(([whose, other]) => [
        whose,
        { ...other, documents: other.documents.map(ofVisit) }
      ]);
      const socket = Object.assign(new ApiClient(client.origin), { cookie: cookieOf(client) });
      const opened = await walkDocuments(socket, Object.fromEntries(documents) as typeof others);
      expect(opened.leaks).toEqual([]);
      expect(opened.cells).toBe(14);
    },
    LONG
  );

  test('no document of staff is opened by a user', async () => {
    const { leaks, cells } = await walkDocuments(at(fences), others);
    expect(leaks).toEqual([]);
    expect(cells).toBe(14);
  });

  test('no address outside of the procedures answers with another’s', async () => {
    const client = at(fences);
    const get = async (path: string) => {
      const answer = await askEndpoint(client.origin, path, { headers: { cookie: client.cookie } });
      return { status: answer.status, body: answer.text };
    };
    const never = plain(await get(`/export/${randomUUID()}`), '\0');
    expect(plain(await get(`/export/${exportId}`), exportId).replace('<it>', '<id>')).toBe(never);
    for (const path of [
      '/export/usage',
      '/export/usage?days=30',
      '/access/v1/snapshot',
      '/access/v1/changes',
      '/metrics',
      '/users',
      '/logs'
    ]) {
      const { body } = await get(path);
      for (const { secrets } of Object.values(others))
        expect(
          secrets.filter((secret) => body.includes(secret)),
          path
        ).toEqual([]);
    }
    for (const path of [
      '/access/v1/evaluation',
      '/access/v1/search/subject',
      '/caps/v1/peek',
      '/caps/v1/consume'
    ]) {
      const asked = { method: 'POST', body: {} };
      const withSession = await askEndpoint(client.origin, path, {
        ...asked,
        headers: { cookie: client.cookie }
      });
      const without = await askEndpoint(client.origin, path, asked);
      expect([path, withSession.status]).toEqual([path, without.status]);
    }
  });
});

describe('[TEN-3] what others do is not to be noticed', () => {
  /** Answers to all that a user may ask, without moments. */
  const observed = async (fences: Fences) => {
    const client = at(fences);
    const queries = Object.keys(OPEN_TO_USERS).flatMap((procedure) => {
      const { kind, input = {} } = DECLARED_PROCEDURES[procedure]!;
      return kind === 'query' ? [{ procedure, isQuery: true, input }] : [];
    });
    const answers = new Map<string, string>();
    for (const query of [
      ...queries,
      { procedure: 'own.log', isQuery: true, input: { view: 'authentication', limit: 2 } }
    ])
      answers.set(`${query.procedure} ${JSON.stringify(query.input)}`, plain(await ask(client, query), '\0'));
    return Object.fromEntries(answers);
  };

  test('neither that they come, send, are renamed, move, are suspended, deleted and made again, nor how many', async () => {
    await state.settled();
    const fences = [BOTH, CODE_ALONE, ROWS_ALONE];
    const before = await Promise.all(fences.map(observed));
    expect(Object.keys(before[0]!)).toHaveLength(9);
    const seen = Number.MAX_SAFE_INTEGER;
    const { owner } = app;
    const email = people.make.address();
    const given = { name: 'Passing', email, packageId: mine.packageId };
    const { id } = await owner.call<{ id: string }>('users.create', given);
    await owner.call('users.update', { id, seen, name: 'Passing through', email: people.make.address() });
    await owner.call('users.update', { id: sibling.id, seen, timeZone: 'Asia/Tokyo', caps: { daily: 5 } });
    await owner.call('caps.pause', { subject: { type: 'user', id }, reason: 'Complaints' });
    await owner.call('users.suspend', { id, reason: 'Complaints' });
    await owner.call('users.delete', { id });
    // Another one with the address of one who is gone.
    const again = await owner.call<{ id: string }>('users.create', given);
    await app.anonymous().refused('auth.signIn', { email, password: 'not the password of it' });
    await state.sql`select ledger_charge('test', ${again.id}, 'x', ${randomUUID()}, 3::bigint, false, null, 'UTC',
      ${state.sql.json([{ account: `user:${again.id}`, layer: 'user', caps: { hourly: { limit: 10 }, daily: {}, monthly: {} } }])}, clock_timestamp())`;
    await state.settled();
    expect(await Promise.all(fences.map(observed))).toEqual(before);
  });

  test('a session of one who is deleted and made again with the same address is nobody’s', async () => {
    const gone = await withPackageOf(mine);
    await app.owner.call('users.delete', { id: gone.id });
    await app.owner.call('users.create', { name: gone.name, email: gone.email, packageId: mine.packageId });
    for (const fences of [BOTH, CODE_ALONE, ROWS_ALONE])
      expect(await at(fences, gone).refused('me.get')).toEqual({ code: 'auth/signed-out' });
  });

  test('its own log has full pages, and cursors that say nothing of how much others do', async () => {
    type Page = { entries: { id: string }[]; next: string | null };
    await state.settled();
    const whole = await mine.client.call<Page>('own.log', { view: 'authentication', limit: 200 });
    expect(whole.next).toBeNull();
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Page = await mine.client.call('own.log', {
        view: 'authentication',
        limit: 1,
        ...(cursor ? { cursor } : {})
      });
      expect(page.entries).toHaveLength(1);
      found.push(page.entries[0]!.id);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual(whole.entries.map(({ id }) => id));
    expect(found.length).toBeGreaterThan(1);
    const numbers = await state.sql<
      { seq: number }[]
    >`select s.seq::int from audit.seq s join audit.entry e using (n) where e.id = any (${found})`;
    const text = JSON.stringify(whole);
    expect(numbers.filter(({ seq }) => text.includes(`:${seq},`))).toEqual([]);
  });
});

describe('[TEN-4] staff without the permission', () => {
  test(
    'learn of no user by any procedure or document',
    async () => {
      const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
        ...{ name: 'Bookkeeping', permissions: ['people.roles.view', 'people.self.edit_profile'] }
      });
      const clerk = await app.person('Cleo Clerk', roleId);
      const users = { 'a user': others['another user'] };
      const { leaks, cells } = await walkProcedures(clerk.client, users);
      expect(leaks).toEqual([]);
      expect(cells).toBeGreaterThan(300);
      const documents = {
        'a user': { ...users['a user'], documents: ['users', 'packages', 'userRoles', 'gauges', 'own'] }
      };
      expect((await walkDocuments(clerk.client, documents)).leaks).toEqual([]);
    },
    LONG
  );
});

describe('the matrix is alive', () => {
  const isQuestion = ({ isQuery }: { isQuery: boolean }) => isQuery;

  test(
    'without both fences it finds what is open, by every fault of what is asked',
    async () => {
      const { leaks } = await walkProcedures(at(NONE), others, isQuestion);
      const doors = new Set(leaks.map(({ door }) => door));
      for (const door of [
        'users.get',
        'users.list',
        'packages.get',
        'administrators.get',
        'log.list',
        'caps.usage',
        'access.who'
      ])
        expect(doors).toContain(door);
      // A cursor of another's opens nothing even so: it only says where a list goes on.
      const faults = new Set(leaks.map(({ fault }) => fault));
      expect(INPUT_FAULTS.filter((fault) => fault !== 'cursor' && !faults.has(fault))).toEqual([]);
      expect(new Set(leaks.map(({ whose }) => whose)).size).toBe(2);
      const opened = await walkDocuments(at(NONE), others);
      expect(opened.leaks.length).toBeGreaterThan(8);
      const gauges = opened.leaks.filter(({ door }) => door.startsWith('own?'));
      expect(gauges.map(({ seen }) => seen).sort()).toEqual([theirs.id, sibling.id].sort());
    },
    LONG
  );

  test('in a visit it is in one: the own document of whoever is visited opens, as the list of users does without it', async () => {
    const { client, sid } = await visitor();
    const socket = Object.assign(new ApiClient(app.origin), { cookie: cookieOf(client) });
    const [door, whose] = [`own?${OF_VISIT}=${sid}`, { ids: [], words: [], secrets: [] }];
    expect((await walkDocuments(socket, { own: { ...whose, documents: [door] } })).leaks).toHaveLength(1);
    const asked = { procedure: 'users.list', isQuery: true, input: {} };
    expect((await ask(client, asked)).status).toBe(404);
    const asStaff = Object.assign(new ApiClient(app.origin), { cookie: client.cookie });
    expect((await ask(asStaff, asked)).body).toContain(theirs.name);
  });

  test('a hole in the fence of rows is found where the other fence is away', async () => {
    const ofUsers = ({ procedure, isQuery }: { procedure: string; isQuery: boolean }) =>
      isQuery && /^users\./.test(procedure);
    expect((await walkProcedures(at(ROWS_ALONE), others, ofUsers)).leaks).toEqual([]);
    await state.sql`create policy hole on users for select to rolecall_tenant using (true)`;
    try {
      const { leaks } = await walkProcedures(at(ROWS_ALONE), others, ofUsers);
      expect(new Set(leaks.map(({ door }) => door))).toContain('users.list');
      // The other one holds.
      expect((await walkProcedures(at(BOTH), others, ofUsers)).leaks).toEqual([]);
    } finally {
      await state.sql`drop policy hole on users`;
    }
  });

  test('so it is of gauges, which move: whoever names another is shown its own rows alone', async () => {
    const [door, secrets] = [`own?${FED_PERSON}=${sibling.id}`, [sibling.name]];
    const gauges = { 'another user': { ids: [], words: [], secrets, documents: [door] } };
    expect((await walkDocuments(at(ROWS_ALONE), gauges)).leaks).toEqual([]);
    // It has the package of whoever asks, which is seen.
    await state.sql`create policy hole on users for select to rolecall_tenant using (true)`;
    try {
      const { leaks } = await walkDocuments(at(ROWS_ALONE), gauges);
      expect(leaks).toMatchObject([{ door, how: 'opens', seen: sibling.name }]);
      expect((await walkDocuments(at(BOTH), gauges)).leaks).toEqual([]);
    } finally {
      await state.sql`drop policy hole on users`;
    }
  });

  test('a hole in the fence of code is found where the other fence is away, and held by it where it stands', async () => {
    const hole = ({ procedure }: { procedure: string }) => procedure === 'users.get';
    const found = await walkProcedures(at(NONE), others, hole);
    expect(found.leaks.map(({ how }) => how)).toContain('shows it');
    expect((await walkProcedures(at(ROWS_ALONE), others, hole)).leaks).toEqual([]);
  });
});
