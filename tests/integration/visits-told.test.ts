import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeActingAs } from '../../src/lib/protocol/acting-as';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import type { Me } from '../../src/lib/server/services/account/me';
import type { VisitBegun } from '../../src/lib/server/services/users/sign-in-as';
import { ApiClient } from '../support/api-client';
import { enrol, startTestConsole, type TestConsole } from '../support/console';
import { readableText, startMailServer, type TestMailServer } from '../support/mail-server';
import { openRaw, STEP_1 } from '../support/raw-socket';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { signedInUsers, type SignedInUser } from '../support/tenant-sign-in';

// What hangs on a visit besides what it shows (TEN-6): its cookie, and whom it is told.

const WHY = 'Ticket 2281: imports stop';
let app: TestConsole;
let state: StateProbe;
let smtp: TestMailServer;
let people: ReturnType<typeof signedInUsers>;
let roleId: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  smtp = await startMailServer();
  people = signedInUsers(app, state);
  // Whoever sees usage is sent it: a socket’s first frame.
  const permissions = [
    'people.impersonation.login_as_tenant',
    'tenants.users.view',
    'quotas.ledger.view_usage'
  ];
  roleId = (await app.owner.call<{ id: string }>('roles.create', { name: 'Support desk', permissions })).id;
});
afterAll(async () => {
  await smtp.stop();
  await state.close();
  await app.stop();
});

/** Somebody of staff in the place of a user, and the cookie of that in other hands: no other comes with it. */
async function visited(user: SignedInUser) {
  const name = `Support ${randomUUID().slice(0, 8)}`;
  const by = await app.person(name, roleId);
  const begun = await by.client.call<VisitBegun>('users.signInAs', { id: user.id, reason: WHY });
  const alone = new ApiClient(app.origin);
  Object.assign(alone, { visit: by.client.visit, as: writeActingAs(begun.as) });
  return { name, by, begun, alone };
}

test('[TEN-6] a visit’s cookie in other hands ends with the session it was begun in, for its sockets too', async () => {
  const user = await people.user();
  const { by, begun, alone } = await visited(user);
  expect((await alone.call<Me>('me.get')).id).toBe(user.id);
  const socket = await openRaw(alone, `own?visit=${begun.as.sid}`, { cookie: alone.visit });
  // Whoever says nothing is shut out after a while.
  socket.send(STEP_1);
  await until(() => socket.frames.length > 0, 20_000, 'the first frame');
  await by.client.call('auth.signOut');
  // The very next request, and the socket without one.
  expect((await alone.try('me.get')).refusal?.code).toMatch(/^auth\//);
  expect(await socket.closed).toBe(CLOSE.signedOut);
});

test('[TEN-6] it ends also where nobody signs out: the session it was begun in fell asleep', async () => {
  const { by, alone } = await visited(await people.user());
  await alone.call<Me>('me.get');
  await state.sql`update sessions set expires_at = now() where administrator_id = ${by.id}`;
  expect((await alone.try('me.get')).refusal?.code).toMatch(/^auth\//);
});

test('[TEN-6] how many recovery codes are left is the user’s alone to know', async () => {
  const user = await people.user();
  const { recoveryCodes } = await enrol(user.client);
  const own = await user.client.call<Me>('me.get');
  expect(own.twoFactor).toMatchObject({ on: true, recoveryCodesLeft: recoveryCodes.length });
  expect(recoveryCodes.length).toBeGreaterThan(0);
  const { alone } = await visited(user);
  expect((await alone.call<Me>('me.get')).twoFactor).toMatchObject({
    ...{ on: true, recoveryCodesLeft: 0, sources: [] }
  });
});

test('[TEN-6] the user is told by mail who looked and why, unless the installation says otherwise', async () => {
  const mail = {
    host: '127.0.0.1',
    port: smtp.port,
    security: 'none',
    user: '',
    from: 'robot@northwind.example'
  };
  await app.owner.call('settings.update', { seen: 1_000_000, mail: { ...mail, password: null } });
  const told = (email: string) =>
    smtp.mails
      .filter(({ to }) => to.includes(email))
      .map((each) => readableText(each))
      .filter((text) => text.includes(WHY));
  const [quiet, user] = [await people.user(), await people.user()];
  const say = (tellSignInAs: boolean) =>
    app.owner.call('settings.update', { seen: 1_000_000, sessions: { tellSignInAs } });
  await say(false);
  await visited(quiet);
  await say(true);
  const { name } = await visited(user);
  await until(() => told(user.email).length > 0, 'the mail');
  expect(told(user.email)[0]).toContain(`${name} signed in to your account`);
  expect(
    await state.sql`select from mails where user_id = ${quiet.id} and kind = 'signed-in-as'`
  ).toHaveLength(0);
});
