import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Me } from '../../src/lib/server/services/account/me';
import type { UserDetail } from '../../src/lib/server/services/users/user-answers';
import type { OwnLogPage } from '../../src/lib/server/services/account/own-log';
import { gaugesMap, platformMap } from '../../src/lib/documents/list-docs';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import { ApiClient } from '../support/api-client';
import { enrol, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { openRaw, STEP_1 } from '../support/raw-socket';
import { forgetStep } from '../support/second-factor';
import { openState, type StateProbe } from '../support/state';
import { inviteOf, OWN_RIGHTS, signedInUsers } from '../support/tenant-sign-in';
import { codeOf } from '../support/totp';
import { openReplica, until } from '../support/replica';
import { changeUser, plantUserRole } from '../support/users';

// Users sign in by the code of administrators: what is checked here is that each step is there for them, and what is
// different.

const OTHER = 'another sentence of a client';

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

const signIn = async (email: string, password = PASSWORD, client = new ApiClient(app.origin)) => ({
  client,
  result: await client.try<{ next: string }>('auth.signIn', { email, password })
});
const WRONG = { code: 'auth/wrong-credentials' };

describe('[TEN-1] a user', () => {
  test('[ADM-5] a user is invited, takes the invitation once, and signs in with its password', async () => {
    const packageId = await people.make.package(OWN_RIGHTS);
    const email = people.make.address();
    const { id } = await app.owner.call<{ id: string }>('users.create', {
      ...{ name: 'Orchard Mailers', email, packageId }
    });
    // Nobody has invited it: there is no password that is right.
    expect((await signIn(email)).result.refusal).toEqual(WRONG);
    const signInOf = async () => (await app.owner.call<UserDetail>('users.get', { id })).signIn;
    expect(await signInOf()).toMatchObject({ hasSignIn: false, activation: null, lastActive: null });
    const token = await inviteOf(app, id);
    expect(await signInOf()).toMatchObject({
      hasSignIn: true,
      activation: { invited: true },
      twoFactor: 'off'
    });
    const client = new ApiClient(app.origin);
    expect(await client.call('auth.readInvitation', { token })).toMatchObject({ email, returning: false });
    expect(await client.call('auth.acceptInvitation', { token, password: PASSWORD })).toEqual({
      next: 'ready'
    });
    expect(await client.call<Me>('me.get')).toMatchObject({
      ...{ kind: 'user', id, email, owner: false, package: { id: packageId } },
      ...{
        status: { status: 'active', closesAt: null },
        permissions: expect.anything() as unknown
      }
    });
    expect(
      await new ApiClient(app.origin).refused('auth.acceptInvitation', { token, password: OTHER })
    ).toEqual({
      code: 'auth/invitation'
    });
    const again = await signIn(email);
    expect(again.result.value).toEqual({ next: 'ready' });
    expect((await signIn(email, OTHER)).result.refusal).toEqual(WRONG);
    const [entry] = await state.sql`select doc->'actor' as actor from audit.entry
      where doc->>'action' = 'auth.sign_in' and doc->'actor'->>'id' = ${id} order by n desc limit 1`;
    expect(entry!['actor']).toMatchObject({ type: 'user', id, name: 'Orchard Mailers', via: 'web' });
  });

  test('[ADM-5] a link that went to a wrong address opens nothing once that was corrected', async () => {
    const id = await people.make.user(await people.make.package(OWN_RIGHTS));
    const token = await inviteOf(app, id);
    const email = people.make.address();
    await app.owner.call('users.update', { id, seen: Number.MAX_SAFE_INTEGER, email });
    expect(await app.anonymous().refused('auth.readInvitation', { token })).toEqual({
      code: 'auth/invitation'
    });
    expect((await app.owner.call<UserDetail>('users.get', { id })).signIn?.activation).not.toBeNull();
  });

  test('[LIV-7] an edit of its allowed addresses that is older than its own meets it', async () => {
    const { id, client } = await people.user();
    const { seq } = await app.owner.call<UserDetail>('users.get', { id });
    await client.call('me.setAllowlist', { networks: ['127.0.0.0/8', '::1'] });
    const { applied, refused } = await app.owner.call<{ applied: string[]; refused: { code: string }[] }>(
      'users.update',
      { id, seen: seq, ipAllowlist: [] }
    );
    expect([applied, refused.map(({ code }) => code)]).toEqual([[], ['conflict/changed-since']]);
  });

  test('[LIV-8] what a page of staff sends in its browser waits for whose it is, whatever it asks for', async () => {
    const { client } = await people.user();
    await app.owner.call('me.get');
    client.as = app.owner.answeredAs;
    const other = { code: 'auth/other-session' };
    expect(await client.refused('users.suspend', { id: app.ownerId, reason: 'x' })).toEqual(other);
    expect(await client.refused('users.nowhere', {})).toEqual(other);
    expect(await client.refused('me.get')).toEqual(other);
  });

  test('gets an initial password, which is changed before anything else', async () => {
    const { id, email } = await people.user();
    await app.owner.call('users.resetPassword', { id, password: OTHER });
    const { client, result } = await signIn(email, OTHER);
    expect(result.value).toEqual({ next: 'change-password' });
    expect(await client.refused('me.get')).toEqual({ code: 'auth/step-required', next: 'change-password' });
    expect(await client.call('auth.changePassword', { password: PASSWORD })).toEqual({ next: 'ready' });
  });

  test('a user changes its password, which ends its other sessions', async () => {
    const { email, client } = await people.user();
    const other = (await signIn(email)).client;
    await client.call('auth.changePassword', { current: PASSWORD, password: OTHER });
    expect(await other.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect((await client.try('me.get')).status).toBe(200);
    expect((await signIn(email, OTHER)).result.status).toBe(200);
  });

  test('[AUT-2] enrols a second factor, comes in with a code and with a recovery code, and staff take it away', async () => {
    const { id, email, client } = await people.user();
    const { totpSecret, recoveryCodes } = await enrol(client);
    await forgetStep(state, id);
    const first = await signIn(email);
    expect(first.result.value).toEqual({ next: 'totp' });
    expect(await first.client.call('auth.totp', { code: await codeOf(totpSecret) })).toEqual({
      next: 'ready'
    });
    const second = await signIn(email);
    expect(await second.client.call('auth.totp', { code: recoveryCodes[0]! })).toEqual({ next: 'ready' });
    const third = await signIn(email);
    expect(await third.client.refused('auth.totp', { code: recoveryCodes[0]! })).toEqual({
      code: 'auth/wrong-code'
    });
    await app.owner.call('users.reset2fa', { id });
    expect(await second.client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect((await signIn(email)).result.value).toEqual({ next: 'ready' });
    await app.owner.call('users.require2fa', { id, required: true });
    expect((await signIn(email)).result.value).toEqual({ next: 'enrol-2fa' });
  });

  test('[AUT-3] sees and ends its sessions, and says where it may come from', async () => {
    const { id, email, client } = await people.user();
    const other = (await signIn(email)).client;
    expect(await client.call('me.sessions')).toHaveLength(2);
    expect(await app.owner.call('users.sessions', { id })).toHaveLength(2);
    expect(await client.call('me.revokeSessions', {})).toMatchObject({ ended: 1 });
    expect(await other.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect((await client.refused('me.setAllowlist', { networks: ['192.0.2.0/24'] })).code).toBe(
      'input/invalid'
    );
    await client.call('me.setAllowlist', { networks: ['127.0.0.0/8', '::1'] });
    await changeUser(state, id, { ip_allowlist: state.sql.json(['192.0.2.0/24']) as never });
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect((await signIn(email)).result.refusal).toEqual(WRONG);
  });

  test('a user changes its name; its address only staff change, and nothing says whose another is', async () => {
    const { id, email, client } = await people.user();
    const { email: taken } = await people.user();
    const { seq } = await client.call<Me>('me.get');
    await client.call('me.update', { seen: seq, name: 'Renamed' });
    const answers = await Promise.all(
      [taken, people.make.address()].map((asked) =>
        client.refused('me.update', { seen: seq + 1, email: asked })
      )
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ code: 'input/invalid', field: 'email' });
    const next = people.make.address();
    await app.owner.call('users.update', { id, seen: Number.MAX_SAFE_INTEGER, email: next });
    expect((await signIn(email)).result.refusal).toEqual(WRONG);
    expect((await signIn(next)).result.status).toBe(200);
  });

  test('[AUT-1] that is unknown, suspended or gives a wrong password is told the same, and tries are counted', async () => {
    const { id, email } = await people.user();
    await app.owner.call('users.suspend', { id, reason: 'Complaints' });
    const answers = [
      await signIn(email),
      await signIn(email, OTHER),
      await signIn(people.make.address())
    ].map(({ result }) => [result.status, result.refusal]);
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    let refusal: unknown = null;
    for (let n = 0; n < 12 && refusal === null; n++) {
      const { result } = await signIn(email, OTHER);
      if (result.refusal?.code !== 'auth/wrong-credentials') refusal = result.refusal;
    }
    expect(refusal).toMatchObject({ code: 'auth/throttled' });
    await app.owner.call('users.reactivate', { id });
    await app.owner.call('users.unlock', { id });
    await state.forgetTries();
    expect((await signIn(email)).result.status).toBe(200);
  });
});

describe('[TEN-7] the status of a user', () => {
  test('suspended: its sessions and sockets end, and it is let in again when that is over', async () => {
    const { id, email, client } = await people.user();
    using socket = await openRaw(client, 'own');
    // Whoever says nothing is shut out after a while.
    socket.send(STEP_1);
    await app.owner.call('users.suspend', { id, reason: 'Complaints' });
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(await socket.closed).toBe(CLOSE.signedOut);
    expect(await state.sql`select from sessions where user_id = ${id}`).toHaveLength(0);
    await app.owner.call('users.reactivate', { id });
    expect((await signIn(email)).result.status).toBe(200);
  });

  test('closing: it signs in anew, reads and guards its account, and changes nothing else', async () => {
    const { id, email, client } = await people.user();
    await app.owner.call('users.close', { id, reason: 'Contract ended' });
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    const anew = (await signIn(email)).client;
    const me = await anew.call<Me>('me.get');
    expect(me.status).toEqual({ status: 'closing', closesAt: expect.any(String) as string });
    // What is written about a client may name others.
    expect(JSON.stringify(me)).not.toContain('Contract ended');
    expect((await anew.try('own.usage')).status).toBe(200);
    expect(await anew.refused('me.update', { seen: me.seq, name: 'Other' })).toEqual({
      code: 'access/closing'
    });
    expect(await anew.refused('me.setAllowlist', { networks: [] })).toEqual({ code: 'access/closing' });
    await anew.call('auth.changePassword', { current: PASSWORD, password: OTHER });
    // The closing is over, whether or not that was written yet.
    await changeUser(state, id, { closes_at: new Date(Date.now() - 1000) });
    expect(await anew.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect((await signIn(email, OTHER)).result.refusal).toEqual(WRONG);
  });

  test('deleted: nothing of its sign-in is left', async () => {
    const { id, client, email } = await people.user(
      OWN_RIGHTS.filter((right) => !right.includes('view_usage'))
    );
    await enrol(client);
    // A denial that is counted, and a wrong try: both know the address that they came from or were at.
    for (let n = 0; n < 3; n++) await client.refused('own.usage');
    await signIn(email, 'not the password');
    const kept = () => state.sql`select kind as what from denials where administrator_id = ${id}
      union all select subject from throttle where subject like ${`%${email}%`} or subject like ${`%${id}%`}`;
    expect((await kept()).length).toBeGreaterThan(1);
    await app.owner.call('users.delete', { id });
    expect(await kept()).toEqual([]);
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect((await signIn(email)).result.refusal).toEqual(WRONG);
    for (const table of [
      'sessions',
      'totp',
      'recovery_codes',
      'known_devices',
      'notices',
      'mails',
      'last_active'
    ])
      expect(await state.sql`select from ${state.sql(table)} where holder_id = ${id}`, table).toHaveLength(0);
  });
});

test('[TEN-2] another role of its package is in force at once, and only what is marked for users', async () => {
  const user = await people.user([...OWN_RIGHTS, 'audience.contacts.view']);
  expect((await user.client.call<Me>('me.get')).permissions).toContain('audience.contacts.view');
  const roleId = await plantUserRole(state, ['people.self.own_sessions', 'quotas.ledger.view_usage']);
  await app.owner.call('packages.update', { id: user.packageId, seen: Number.MAX_SAFE_INTEGER, roleId });
  expect((await user.client.call<Me>('me.get')).permissions).toEqual(['people.self.own_sessions']);
  expect((await user.client.refused('own.usage')).code).toBe('access/permission-required');
});

test('[TEN-3] why all sending is paused, and by whom, is not told to users', async () => {
  const user = await people.user();
  using own = openReplica(user.client, 'own');
  await own.synced();
  const reason = 'The list of Orchard burnt our addresses';
  await app.owner.call('caps.pause', { subject: 'platform', reason });
  try {
    await until(() => Boolean(platformMap(own.doc).get('paused')), 'paused');
    const told = JSON.stringify([
      [...platformMap(own.doc)],
      [...gaugesMap(own.doc)],
      await user.client.call('own.usage')
    ]);
    expect(told).toContain('"paused":{');
    for (const word of ['Orchard', 'Maya']) expect(told).not.toContain(word);
  } finally {
    await app.owner.call('caps.resume', { subject: 'platform' });
  }
});

test('[ADM-5] secrets of users count among those that somebody made', async () => {
  const { id } = await app.owner.call<{ id: string }>('me.get');
  const made = async () =>
    (await app.owner.call<{ secretsMade: number }>('administrators.get', { id })).secretsMade;
  const before = await made();
  const user = await people.user();
  expect(await made()).toBe(before);
  await inviteOf(app, user.id);
  expect(await made()).toBe(before + 1);
});

test('[ADM-5] a secret whose maker may do less than the user by now opens nothing', async () => {
  const rights = ['people.credentials.reset_password', 'people.administrators.view', 'tenants.users.view'];
  const role = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Help desk', permissions: [...rights, ...OWN_RIGHTS] }
  });
  const helper = await app.person('Hedda Helper', role.id);
  const packageId = await people.make.package(OWN_RIGHTS);
  const id = await people.make.user(packageId);
  const { link } = await helper.client.call<{ link: string }>('users.resetPassword', { id });
  const token = link.split('#')[1]!;
  await app.anonymous().call('auth.readInvitation', { token });
  const wider = await plantUserRole(state, [...OWN_RIGHTS, 'audience.contacts.view']);
  await app.owner.call('packages.update', { id: packageId, seen: Number.MAX_SAFE_INTEGER, roleId: wider });
  expect(await app.anonymous().refused('auth.readInvitation', { token })).toEqual({
    code: 'auth/invitation'
  });
  expect((await helper.client.refused('users.resetPassword', { id })).code).toBe('access/not-dominated');
});

test('[TEN-5] its own log tells what it did and what was done to it, and of staff no more than the name', async () => {
  const { id, client } = await people.user();
  await app.owner.call('users.update', { id, seen: Number.MAX_SAFE_INTEGER, timeZone: 'Europe/Berlin' });
  await state.settled();
  const read = (view: string) => client.call<OwnLogPage>('own.log', { view, limit: 50 });
  await until(async () => (await read('activity')).entries.length >= 3, 'its log is there');
  const activity = (await read('activity')).entries;
  expect(activity.map(({ action }) => action)).toEqual(['user.updated', 'user.invited', 'user.created']);
  expect(activity.every(({ by, ip, device }) => by.who === 'staff' && ip === null && device === null)).toBe(
    true
  );
  const own = (await read('authentication')).entries;
  expect(own.map(({ action }) => action)).toContain('auth.invitation_accepted');
  expect(own.every(({ by }) => by.who === 'you')).toBe(true);
});
