import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/lib/core/commands';
import { OPEN_TO_USERS } from '../../src/lib/core/users/open-to-users';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import { PROCEDURES } from '../support/procedures';
import { openRaw } from '../support/raw-socket';
import { openState, type StateProbe } from '../support/state';
import { OWN_RIGHTS, signedInUsers, type SignedInUser } from '../support/tenant-sign-in';

// A signed-in user at every endpoint: what is not on the closed list is, for it, what never was.

let app: TestConsole;
let state: StateProbe;
let mine: SignedInUser;
let theirs: SignedInUser;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const people = signedInUsers(app, state);
  // What a user may hold by its role opens nothing of staff's.
  mine = await people.user([...OWN_RIGHTS, 'audience.contacts.view']);
  theirs = await people.user();
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** An answer without what differs from call to call: the procedure that was asked for, and the request. */
const shapeOf = (body: string, path: string) =>
  body.replaceAll(path, '<path>').replace(/"request":"[^"]*"/g, '"request":"<id>"');

const idsOf = () => [mine.id, theirs.id, app.ownerId, randomUUID()];

describe('[TEN-3] procedures', () => {
  test('the closed list names procedures that there are', () => {
    const names = PROCEDURES.map(({ name }) => name);
    expect(Object.keys(OPEN_TO_USERS).filter((name) => !names.includes(name))).toEqual([]);
    // Of what changes something, it opens one's own account and keys alone.
    expect(Object.keys(COMMANDS).filter((name) => Object.hasOwn(OPEN_TO_USERS, name))).toEqual([
      ...['keys.create', 'keys.revoke', 'me.update', 'me.revokeSessions', 'me.setAllowlist']
    ]);
  });

  const closed = PROCEDURES.filter(({ name }) => !Object.hasOwn(OPEN_TO_USERS, name));
  test.each(closed.map(({ name }) => name))('%s is for a user what never was', async (name) => {
    const { kind, input = {} } = DECLARED_PROCEDURES[name]!;
    const nowhere = `${name.split('.')[0]}.nowhere`;
    const never = await ask(mine.client, nowhere, kind, input);
    expect(never.status).toBe(404);
    for (const id of idsOf()) {
      const { status, body } = await ask(mine.client, name, kind, { ...input, id });
      expect([status, shapeOf(body, name)]).toEqual([404, shapeOf(never.body, nowhere)]);
    }
  });

  test('nor do they leave a trace: nothing changes, and nothing is noted', async () => {
    const before = [await state.rows(), await state.entries()];
    for (const { name } of closed) {
      const { kind, input = {} } = DECLARED_PROCEDURES[name]!;
      await ask(mine.client, name, kind, { ...input, op: randomUUID() });
    }
    const after = [await state.rows(), await state.entries()];
    expect(after[0]).toBe(before[0]);
    const own = await state.sql`select from audit.entry where doc->'actor'->>'id' = ${mine.id}
      and doc->>'action' like 'access.%'`;
    expect(own).toHaveLength(0);
  });

  test('what is on the list answers with its own records alone', async () => {
    const bodies = await Promise.all([
      ...['me.get', 'me.sessions', 'own.usage', 'catalogue.get', 'keys.list'].map((name) =>
        mine.client.try(name)
      ),
      ...['authentication', 'activity'].map((view) => mine.client.try('own.log', { view }))
    ]);
    for (const { status, body } of bodies) {
      expect(status, body).toBe(200);
      for (const foreign of [theirs.id, theirs.name, theirs.email, theirs.packageId, app.ownerId])
        expect(body).not.toContain(foreign);
    }
    const catalogue = bodies[3]!.body;
    expect(catalogue).not.toContain('tenants.users.view');
    expect(catalogue).toContain('audience.contacts.view');
    const sessions = await theirs.client.call<{ sid: string }[]>('me.sessions');
    expect(await mine.client.call('me.revokeSessions', { sid: sessions[0]!.sid })).toMatchObject({
      ended: 0
    });
    expect((await theirs.client.try('me.get')).status).toBe(200);
  });
});

describe('[TEN-3] documents', () => {
  const names = () => [
    ...['roles', 'userRoles', 'people', 'applications', 'users', 'packages', 'feed', 'settings', 'gauges'],
    ...['role:support', 'role:super_administrator', 'role:never', 'nowhere', `user:${theirs.id}`]
  ];
  test('all but its own gauges are what never was', async () => {
    for (const name of names()) {
      using socket = await openRaw(mine.client, encodeURIComponent(name));
      expect([name, await socket.closed]).toEqual([name, CLOSE.noSuchDocument]);
      using other = await openRaw(mine.client, `${encodeURIComponent(name)}?epoch=another`);
      expect([name, await other.closed]).toEqual([name, CLOSE.noSuchDocument]);
    }
  });

  test('not even the role that its package gives', async () => {
    const [row] = await state.sql`select role_id from packages where id = ${mine.packageId}`;
    using socket = await openRaw(mine.client, encodeURIComponent(`role:${row!['role_id'] as string}`));
    expect(await socket.closed).toBe(CLOSE.noSuchDocument);
  });
});

describe('[TEN-3] exports and other addresses', () => {
  test.each(['/export/usage', '/export/usage?days=7'])('%s is what never was', async (path) => {
    const get = (at: string) => fetch(`${app.origin}${at}`, { headers: { cookie: mine.client.cookie } });
    const [found, never] = [await get(path), await get(`/export/${randomUUID()}`)];
    expect(found.status).toBe(404);
    expect(found.status).toBe(never.status);
    const plain = async (answer: Response) => (await answer.text()).replace(/[0-9a-f-]{36}/g, '<id>');
    expect(await plain(found)).toBe(await plain(never));
  });
});

/** Calls as a page does, whatever a procedure is. */
async function ask(
  client: ApiClient,
  path: string,
  kind: 'query' | 'mutation',
  input: object
): Promise<{ status: number; body: string }> {
  const given = kind === 'query' ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const answer = await fetch(`${app.origin}/trpc/${path}${given}`, {
    method: kind === 'query' ? 'GET' : 'POST',
    headers: {
      cookie: client.cookie,
      ...(kind === 'query' ? {} : { 'content-type': 'application/json', origin: app.origin })
    },
    ...(kind === 'query' ? {} : { body: JSON.stringify({ op: randomUUID(), ...input }) })
  });
  return { status: answer.status, body: await answer.text() };
}
