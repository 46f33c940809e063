import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OPEN_TO_USERS } from '../../src/lib/core/users/open-to-users';
import { OPEN_IN_VISITS } from '../../src/lib/core/users/visits';
import { gaugesMap } from '../../src/lib/documents/list-docs';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import { writeActingAs } from '../../src/lib/protocol/acting-as';
import type { Me } from '../../src/lib/server/services/account/me';
import type { OwnLogPage } from '../../src/lib/server/services/account/own-log';
import type { VisitBegun } from '../../src/lib/server/services/users/sign-in-as';
import { endVisitsOver } from '../../src/lib/server/services/users/end-visits';
import { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import { openReplica, until, type TestReplica } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { OWN_RIGHTS, signedInUsers, type SignedInUser } from '../support/tenant-sign-in';
import { openUseCases } from '../support/use-cases';

// One of staff signed in as a user (TEN-6): who may, what they may there, what ends it, and what the log says of it.

let app: TestConsole;
let state: StateProbe;
let people: ReturnType<typeof signedInUsers>;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  people = signedInUsers(app, state);
});
beforeEach(() => state.forgetTries());
afterAll(async () => {
  await state.close();
  await app.stop();
});

const RIGHT = 'people.impersonation.login_as_tenant';
const LOOK = [RIGHT, 'tenants.users.view'];
/** Permissions by which staff see everybody, so that they see the same of the user they are signed in as. */
const OF_USERS = [
  ...['quotas.ledger.view_usage', 'quotas.platform_quota.view'],
  ...['tools.activity_log.view', 'tools.authentication_log.view']
];
const WHY = 'Ticket 2281: imports stop';

async function role(permissions: readonly string[]): Promise<string> {
  const { id, seq } = await app.owner.call<{ id: string; seq: number }>('roles.create', {
    name: `Role ${randomUUID().slice(0, 8)}`
  });
  const edited = await app.owner.call<{ refused: unknown[] }>('roles.edit', {
    id,
    seen: seq,
    grant: permissions
  });
  expect(edited.refused).toEqual([]);
  return id;
}

let count = 0;
async function staff(permissions: readonly string[]): Promise<TestPerson & { name: string; roleId: string }> {
  const roleId = await role(permissions);
  const name = `Support Person ${++count}`;
  return { ...(await app.person(name, roleId)), name, roleId };
}

/** A page of the same browser that is in the visit: the same cookies, and its calls say whose they are. */
function pageOf(client: ApiClient, { as }: VisitBegun): ApiClient {
  const page = new ApiClient(app.origin);
  Object.assign(page, { cookie: client.cookie, visit: client.visit, as: writeActingAs(as) });
  return page;
}

async function visit(by: ApiClient, user: { id: string }, more: object = {}) {
  const begun = await by.call<VisitBegun>('users.signInAs', { id: user.id, reason: WHY, ...more });
  return { begun, page: pageOf(by, begun) };
}

const entries = (action: string, userId: string) =>
  state.sql<{ doc: Record<string, never> & { reason?: string } }[]>`select doc from audit.entry
    where doc->>'action' = ${action} and doc->'target'->>'id' = ${userId} order by n`;

/** Has ended: at the door at once, and with an entry of its own when the program next tidies. */
async function isOver(page: ApiClient, user: SignedInUser, reason: string): Promise<void> {
  expect((await page.try('me.get')).refusal?.code).toMatch(
    /^auth\/(signed-out|step-required|other-session)$/
  );
  const open = await openUseCases(app.databaseUrl);
  await endVisitsOver(open.deps);
  await open.handle.close();
  const [last] = (await entries('user.sign_in_as_ended', user.id)).slice(-1);
  expect(last?.doc).toMatchObject({ reason, on_behalf_of: { type: 'user', id: user.id, name: user.name } });
}

describe('[TEN-6] beginning', () => {
  test('beginning a visit takes the permission, seeing users, a reason, and a person who is signed in', async () => {
    const user = await people.user();
    const [able, blind, none] = [
      await staff(LOOK),
      await staff([RIGHT]),
      await staff(['tenants.users.view'])
    ];
    const ask = { id: user.id, reason: WHY };
    expect(await none.client.refused('users.signInAs', ask)).toMatchObject({
      ...{ code: 'access/permission-required', permission: RIGHT }
    });
    // Rights that rest on others come with them, so that this one is never held alone.
    expect((await blind.client.try('users.signInAs', ask)).refusal?.code ?? 'held').toMatch(/held|access\//);
    expect(await able.client.refused('users.signInAs', { ...ask, reason: '   ' })).toMatchObject({
      field: 'reason'
    });
    expect(await able.client.refused('users.signInAs', { ...ask, reason: 'x'.repeat(501) })).toMatchObject({
      field: 'reason'
    });
    for (const id of [randomUUID(), able.id, app.ownerId])
      expect(await able.client.refused('users.signInAs', { ...ask, id })).toEqual({
        code: 'not-found',
        what: 'user'
      });
    expect((await entries('user.signed_in_as', user.id)).length).toBeLessThanOrEqual(1);
  });

  test('[AUT-4] beginning a visit takes a fresh proof of the password', async () => {
    const [user, { client, id }] = [await people.user(), await staff(LOOK)];
    await state.audited(async (tx) => {
      await tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${id}`;
    });
    expect(await client.refused('users.signInAs', { id: user.id, reason: WHY })).toEqual({
      code: 'auth/reauthenticate'
    });
  });

  test('a suspended user is not visited', async () => {
    const [user, { client }] = [await people.user(), await staff(LOOK)];
    await app.owner.call('users.suspend', { id: user.id, reason: 'Complaints' });
    expect(await client.refused('users.signInAs', { id: user.id, reason: WHY })).toMatchObject({
      field: 'id'
    });
  });

  test('the session of staff goes on beside it, and the request says which of the two it is of', async () => {
    const [user, { client, id }] = [await people.user(), await staff(LOOK)];
    const { begun, page } = await visit(client, user);
    expect(Date.parse(begun.endsAt) - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    expect(await page.call<Me>('me.get')).toMatchObject({
      ...{ kind: 'user', id: user.id, notices: [], deviceKeys: [], ipAllowlist: [] },
      visit: { by: { id }, endsAt: begun.endsAt }
    });
    expect(page.answeredAs).toBe(writeActingAs(begun.as));
    expect(await client.call<Me>('me.get')).toMatchObject({ kind: 'administrator', id, visit: null });
    // Neither cookie does what the other is for: nobody is in a visit who does not say so.
    const claims = new ApiClient(app.origin);
    Object.assign(claims, { visit: client.visit, as: null });
    expect((await claims.try('me.get')).refusal).toEqual({ code: 'auth/signed-out' });
    Object.assign(claims, { cookie: client.cookie, visit: '', as: writeActingAs(begun.as) });
    expect((await claims.try('own.usage')).refusal).toEqual({ code: 'auth/other-session' });
    // It is no session of the user's, and the user's being here is nobody else's doing.
    const own = await user.client.call<{ sid: string }[]>('me.sessions');
    expect(own.map(({ sid }) => sid)).not.toContain(begun.as.sid);
  });

  test('the same operation once more begins anew: one at a time', async () => {
    const [user, { client }] = [await people.user(), await staff(LOOK)];
    const op = randomUUID();
    const first = await visit(client, user, { op });
    const second = await visit(client, user, { op });
    expect(second.begun.as.sid).not.toBe(first.begun.as.sid);
    expect((await first.page.try('me.get')).refusal?.code).toMatch(/^auth\//);
    expect((await second.page.call<Me>('me.get')).id).toBe(user.id);
    const ended = await entries('user.sign_in_as_ended', user.id);
    expect(ended.map(({ doc }) => doc.reason)).toEqual(['replaced']);
  });

  test('beginning a visit is told to the user if the installation says so, and stands in its own log with the reason', async () => {
    const [user, { client, id }] = [await people.user(), await staff(LOOK)];
    const notices = async () =>
      (await user.client.call<Me>('me.get')).notices.map(({ kind }) => kind as string);
    await visit(client, user);
    expect(await notices()).toContain('signed-in-as');
    await state.settled();
    const log = await user.client.call<OwnLogPage>('own.log', { view: 'authentication' });
    expect(log.entries.find(({ action }) => action === 'user.signed_in_as')).toMatchObject({
      ...{ by: { who: 'staff' }, note: WHY, ip: null, device: null }
    });
    const quiet = await people.user();
    await app.owner.call('settings.update', { seen: 1_000_000, sessions: { tellSignInAs: false } });
    await visit(client, quiet);
    expect((await quiet.client.call<Me>('me.get')).notices.map(({ kind }) => kind as string)).not.toContain(
      'signed-in-as'
    );
    await state.settled();
    const own = await quiet.client.call<OwnLogPage>('own.log', { view: 'authentication' });
    expect(own.entries.map(({ action }) => action)).toContain('user.signed_in_as');
    expect(id).toBeTruthy();
    await app.owner.call('settings.update', { seen: 1_000_000, sessions: { tellSignInAs: true } });
  });
});

describe('[TEN-6] in a visit', () => {
  const open = Object.keys(OPEN_TO_USERS);
  let page: ApiClient;
  let user: SignedInUser;
  beforeAll(async () => {
    user = await people.user();
    page = (await visit((await staff([...LOOK, ...OF_USERS, 'tenants.users.edit'])).client, user)).page;
  });

  test.each(open)('%s', async (name) => {
    // Leaving ends it, which is tried elsewhere.
    if (name === 'auth.signOut') return expect(OPEN_IN_VISITS.has(name)).toBe(true);
    const { input = {} } = DECLARED_PROCEDURES[name]!;
    const { refusal } = await page.try(name, input);
    expect(refusal ?? null).toEqual(OPEN_IN_VISITS.has(name) ? null : { code: 'access/signed-in-as' });
  });

  test('what is staff’s is not there, and nobody signs in as somebody from there', async () => {
    for (const name of ['users.list', 'users.signInAs', 'administrators.list', 'log.list', 'settings.get'])
      expect((await page.try(name, { id: user.id, reason: WHY })).refusal).toEqual({
        code: 'not-found',
        what: 'procedure'
      });
  });

  test('rights are what the user has, and the visitor over users: one’s own log and usage open nobody else’s', async () => {
    const mine = await visit((await staff([...LOOK, ...OWN_RIGHTS])).client, user);
    expect((await mine.page.call<Me>('me.get')).permissions).toEqual([]);
    for (const view of ['activity', 'authentication'])
      expect(await mine.page.refused('own.log', { view })).toMatchObject({
        ...{ code: 'access/permission-required', permission: `tools.${view}_log.view_own` }
      });
    const { client } = await staff([...LOOK, 'tools.activity_log.view']);
    const { page: other } = await visit(client, user);
    const { permissions } = await other.call<Me>('me.get');
    expect(permissions).toEqual(['tools.activity_log.view_own']);
    expect(await other.refused('own.usage')).toMatchObject({ code: 'access/permission-required' });
    expect((await other.try('own.log', { view: 'activity' })).status).toBe(200);
    expect(await other.refused('own.log', { view: 'authentication' })).toMatchObject({
      code: 'access/permission-required'
    });
  });

  test('caps are told to whoever may see them, and the role’s name to nobody', async () => {
    const whole = await user.client.call<Me>('me.get');
    expect(whole.caps).not.toBeNull();
    expect(whole.role.name).not.toBe('');
    const seen = async (rights: readonly string[]) => {
      const { page: other } = await visit((await staff([...LOOK, ...rights])).client, user);
      const { caps, bindingCaps, role: told, package: has } = await other.call<Me>('me.get');
      return { caps, bindingCaps, name: told.name, package: has?.id };
    };
    const nothing = { caps: null, bindingCaps: null, name: '', package: user.packageId };
    expect(await seen([])).toEqual(nothing);
    expect(await seen(['quotas.admin_quota.view_own'])).toEqual(nothing);
    expect(await seen(['quotas.platform_quota.view', 'tenants.user_roles.view'])).toEqual({
      ...{ caps: whole.caps, bindingCaps: whole.bindingCaps },
      ...{ name: '', package: user.packageId }
    });
  });

  test('own usage tells a visitor no cap that takes a right of its own, and else what usage tells staff', async () => {
    type Usage = { usage: object; caps: object | null; sendingNames: string[] | null };
    const rights = [...LOOK, 'quotas.ledger.view_usage'];
    const by = await staff(rights);
    const { page: other } = await visit(by.client, user);
    const told = await other.call<Usage>('own.usage');
    expect(told.caps).toBeNull();
    const [asStaff] = await by.client.call<{ caps: object }[]>('caps.usage', { ids: [user.id] });
    expect(told.usage).toEqual(asStaff!.caps);
    const able = await visit((await staff([...rights, 'quotas.platform_quota.view'])).client, user);
    const whole = await user.client.call<Usage>('own.usage');
    expect(whole.caps).not.toBeNull();
    expect((await able.page.call<Usage>('own.usage')).caps).toEqual(whole.caps);
    // Names by which mail servers know it have no permission of the user's: a visitor finds them on its page.
    expect([whole.sendingNames, told.sendingNames]).toEqual([[], null]);
  });

  test('usage that is not the visitor’s to see is not shown because the user, or another visitor, is there', async () => {
    const user = await people.user();
    const open = async (rights: readonly string[]) => {
      const { begun, page } = await visit((await staff(rights)).client, user);
      const cookie = `${page.cookie}; ${page.visit}`;
      const socket = Object.assign(new ApiClient(app.origin), { cookie });
      return openReplica(socket, `own?visit=${begun.as.sid}`);
    };
    using own = openReplica(user.client, 'own');
    using blind = await open(LOOK);
    await blind.synced();
    using able = await open([...LOOK, ...OF_USERS]);
    for (const each of [own, able])
      await until(() => gaugesMap(each.doc).has(`user:${user.id}`), 'whoever may see usage is shown it');
    expect([...gaugesMap(blind.doc).keys()]).toEqual([]);
    expect(blind.closes).toEqual([]);
  });

  test('[LOG-1] what is tried names both, in the log and by a filter of either', async () => {
    const mine = await people.user();
    const by = await staff([...LOOK, ...OF_USERS]);
    const { page: other } = await visit(by.client, mine);
    await other.refused('auth.changePassword', { current: 'x', password: 'y' });
    await other.refused('me.update', { seen: 1_000_000, name: 'Renamed by staff' });
    await until(async () => (await state.entries('access.denied')) > 0, 20_000, 'the denials');
    const rows = await state.sql<{ doc: Record<string, unknown> }[]>`select doc from audit.entry
      where doc->'on_behalf_of'->>'id' = ${mine.id} order by n`;
    expect(rows.length).toBeGreaterThan(0);
    for (const { doc } of rows)
      expect(doc).toMatchObject({
        actor: { type: 'administrator', id: by.id, name: by.name },
        on_behalf_of: { type: 'user', id: mine.id, name: mine.name }
      });
    type Listed = {
      entries: { action: string; actor: { id: string }; onBehalfOf?: { id: string; name: string } }[];
    };
    for (const actor of [by.id, mine.id]) {
      let found: Listed['entries'][number] | undefined;
      await until(
        async () => {
          const { entries: listed } = await app.owner.call<Listed>('log.list', {
            action: 'access.denied',
            actor
          });
          found = listed[0];
          return found !== undefined;
        },
        20_000,
        `what ${actor} did`
      );
      expect(found).toMatchObject({ actor: { id: by.id }, onBehalfOf: { id: mine.id, name: mine.name } });
    }
  });
});

describe('[TEN-6] ends at once', () => {
  type Begun = Awaited<ReturnType<typeof visit>> & {
    user: SignedInUser;
    by: Awaited<ReturnType<typeof staff>>;
    socket: TestReplica;
  };
  async function begun(): Promise<Begun> {
    const [user, by] = [await people.user(), await staff([...LOOK, ...OF_USERS])];
    const { begun: it, page } = await visit(by.client, user);
    const client = Object.assign(new ApiClient(app.origin), { cookie: `${page.cookie}; ${page.visit}` });
    const socket = openReplica(client, `own?visit=${it.as.sid}`);
    await socket.synced();
    return { user, by, page, begun: it, socket };
  }
  const isClosed = async (socket: TestReplica) => {
    using _ = socket;
    await until(() => socket.closes.includes(CLOSE.signedOut), 'the socket is closed, and says why');
  };
  const ends: [string, string, (it: Begun) => Promise<unknown>][] = [
    [
      'the permission is taken away',
      'own-session-over',
      async ({ by }) => {
        const { seq } = await app.owner.call<{ seq: number }>('roles.get', { id: by.roleId });
        return app.owner.call('roles.edit', { id: by.roleId, seen: seq, revoke: [RIGHT] });
      }
    ],
    [
      'they are suspended',
      'own-session-over',
      ({ by }) => app.owner.call('administrators.suspend', { id: by.id })
    ],
    [
      'they are demoted',
      'own-session-over',
      async ({ by }) =>
        app.owner.call('administrators.update', {
          id: by.id,
          seen: 1_000_000,
          roleId: await role(['tenants.users.view'])
        })
    ],
    ['they sign out', 'own-session-over', ({ by }) => by.client.call('auth.signOut')],
    [
      'their sessions are ended',
      'own-session-over',
      ({ by }) => app.owner.call('administrators.revokeSessions', { id: by.id })
    ],
    [
      'the user is suspended',
      'own-session-over',
      ({ user }) => app.owner.call('users.suspend', { id: user.id, reason: 'Complaints' })
    ],
    [
      'the user is deleted',
      'own-session-over',
      ({ user }) => app.owner.call('users.delete', { id: user.id })
    ],
    [
      'its time is over',
      'expired',
      ({ begun: { as } }) =>
        state.audited(async (tx) => {
          await tx`update visits set ends_at = now() - interval '1 second' where sid = ${as.sid}`;
        })
    ]
  ];
  test.each(ends)('a visit ends at once when %s', async (_, reason, act) => {
    const it = await begun();
    expect((await it.page.call<Me>('me.get')).id).toBe(it.user.id);
    await act(it);
    await isOver(it.page, it.user, reason);
    await isClosed(it.socket);
  });

  test('when they leave: their own session goes on', async () => {
    const it = await begun();
    await it.page.call('auth.signOut');
    await isClosed(it.socket);
    expect(it.page.visit).toBe('');
    expect((await it.by.client.call<Me>('me.get')).id).toBe(it.by.id);
    const [last] = (await entries('user.sign_in_as_ended', it.user.id)).slice(-1);
    expect(last?.doc).toMatchObject({
      reason: 'left',
      actor: { type: 'administrator', id: it.by.id },
      on_behalf_of: { id: it.user.id }
    });
  });

  test('nothing makes it longer, and whoever looks stays signed in themselves', async () => {
    const it = await begun();
    const at = async () => {
      const [row] =
        await state.sql`select v.ends_at, s.expires_at from visits v join sessions s on s.sid = v.parent_sid
        where v.sid = ${it.begun.as.sid}`;
      return row as unknown as { ends_at: Date; expires_at: Date };
    };
    await state.sql`update sessions set expires_at = now() + interval '5 minutes' where administrator_id = ${it.by.id}`;
    const before = await at();
    await it.page.call('me.active');
    const after = await at();
    expect(after.ends_at).toEqual(before.ends_at);
    expect(after.expires_at.getTime()).toBeGreaterThan(before.expires_at.getTime());
    const [seen] =
      await state.sql`select at from last_active where user_id = ${it.user.id} and at > ${before.ends_at}`;
    expect(seen).toBeUndefined();
  });
});
