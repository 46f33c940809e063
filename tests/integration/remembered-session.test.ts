import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { momentOf } from '../support/accounts';
import { ApiClient } from '../support/api-client';
import { PASSWORD, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { openState, type StateProbe } from '../support/state';
import { openStatementTap, type StatementTap } from '../support/statement-tap';
import { openTripCounter } from '../support/trip-counter';

// A change finds its session under lock (decision 0068). What ends or changes the session is done at one process; the
// other one remembers it as it was.

const EXPORT = 'audience.contacts.export';
const SIGNED_OUT = { code: 'auth/signed-out' };

let app: TestConsole;
/** The process that remembers, whose database is reached by way of a tap. */
let other: TestConsole;
let tap: StatementTap;
let state: StateProbe;
let roleId: string;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  tap = await openStatementTap(app.databaseUrl);
  other = await startTestConsole({ databaseUrl: tap.url });
  ({ id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name: 'Changed by many' }));
});
afterAll(async () => {
  await state.close();
  await other.stop();
  await tap.close();
  await app.stop();
});

let made = 0;
/** Somebody of a role whom the other process remembers. */
async function remembered(role = 'super_administrator'): Promise<TestPerson & { there: ApiClient }> {
  const person = await app.person(`Remembered ${++made}`, role);
  const there = Object.assign(new ApiClient(other.origin), { cookie: person.client.cookie });
  await there.call('me.get');
  return { ...person, there };
}

const edit = (on: boolean) => ({ id: roleId, seen: 1e9, [on ? 'grant' : 'revoke']: [EXPORT] });

/** True of the statement that looks a session up. */
const isLook = (text: string) => text.includes('from "sessions" left join "administrators"');
const isLock = (text: string) => text.includes('inner join "sessions"') && text.includes('for share');

test('a change looks at its session once, under lock', async () => {
  const { there } = await remembered();
  tap.take();
  await there.call('roles.edit', edit(true));
  const run = [...tap.take()];
  const times = (is: (text: string) => boolean) =>
    run.flatMap(([text, times]) => (is(text) ? [times] : [])).reduce((sum, n) => sum + n, 0);
  expect([times(isLook), times(isLock)]).toEqual([0, 1]);
  await there.call('roles.list');
  expect([...tap.take().keys()].filter(isLook)).toHaveLength(1);
});

describe('[S-04] a session that ended elsewhere', () => {
  const ends: Record<string, (person: TestPerson) => Promise<unknown>> = {
    'signed out': ({ client }) => client.call('auth.signOut', { keepStorage: true }),
    'ended by somebody': ({ id }) => app.owner.call('administrators.revokeSessions', { id }),
    suspended: ({ id }) => app.owner.call('administrators.suspend', { id }),
    'another secret': ({ client }) => client.call('auth.reauthenticate', { password: PASSWORD }),
    'the time over': ({ id }) =>
      state.audited((tx) => tx`update sessions set expires_at = now() where administrator_id = ${id}`),
    'not from here': ({ id }) =>
      state.audited((tx) => tx`update administrators set ip_allowlist = '["192.0.2.7"]' where id = ${id}`)
  };
  test.each(Object.keys(ends))('is refused by the first change after it: %s', async (how) => {
    const person = await remembered();
    const nobody = Object.assign(new ApiClient(other.origin), {
      cookie: `__Host-rolecall=${'a'.repeat(26)}.${'b'.repeat(43)}`
    });
    await ends[how]!(person);
    await state.settled();
    const before = await momentOf(state);
    for (const input of [edit(false), { op: 'no operation', nonsense: true }]) {
      const [theirs, nobodys] = [
        await person.there.try('roles.edit', input),
        await nobody.try('roles.edit', input)
      ];
      const said = ({ body }: { body: string }) => body.replace(/"request":"[^"]*"/, '');
      expect(theirs).toMatchObject({ status: 401, refusal: SIGNED_OUT });
      expect(said(theirs)).toBe(said(nobodys));
      expect(person.there.answeredAs).toBeNull();
    }
    await state.settled();
    expect(await momentOf(state)).toEqual(before);
  });

  test('with the new secret it goes on', async () => {
    const { client, there } = await remembered();
    await client.call('auth.reauthenticate', { password: PASSWORD });
    const renewed = Object.assign(new ApiClient(other.origin), { cookie: client.cookie });
    expect((await there.try('roles.edit', edit(true))).status).toBe(401);
    expect((await renewed.try('roles.edit', edit(true))).status).toBe(200);
    expect((await there.try('roles.edit', edit(true))).status).toBe(401);
    expect((await renewed.try('roles.edit', edit(true))).status).toBe(200);
  });
});

test('another secret for a session that is remembered locks nothing', async () => {
  const { there } = await remembered();
  const forged = Object.assign(new ApiClient(other.origin), {
    cookie: `${there.cookie.split('.')[0]}.${'b'.repeat(43)}`
  });
  tap.take();
  expect(await forged.refused('roles.edit', edit(true))).toEqual(SIGNED_OUT);
  expect([...tap.take().keys()].filter(isLock)).toEqual([]);
  expect((await there.try('roles.edit', edit(true))).status).toBe(200);
});

test('a role that changed elsewhere decides at once, and is remembered then', async () => {
  const { id, there } = await remembered();
  await app.owner.call('administrators.update', { id, seen: 1e9, roleId: 'support' });
  const refusal = { code: 'access/permission-required', permission: 'people.roles.edit' };
  expect(await there.refused('roles.edit', edit(true))).toEqual(refusal);
  tap.take();
  expect(await there.refused('roles.edit', edit(false))).toEqual(refusal);
  const run = [...tap.take()].filter(([text]) => isLock(text) || isLook(text));
  expect(run.map(([, times]) => times)).toEqual([1]);
});

test('a step of the sign-in that is asked for since is asked for', async () => {
  const { id, there } = await remembered();
  await app.owner.call('administrators.require2fa', { id, required: true });
  expect(await there.refused('roles.edit', edit(true))).toEqual({
    code: 'auth/step-required',
    next: 'enrol-2fa'
  });
});

test('a change of somebody who is remembered is done once, however often it is asked for', async () => {
  const { there } = await remembered();
  const asked = { op: randomUUID(), name: 'Made once by a remembered one' };
  const answers = [await there.call('roles.create', asked), await there.call('roles.create', asked)];
  expect(answers[1]).toEqual(answers[0]);
});

test('a tick waits for the database twice: for its locks and what it reads, and for its commit', async () => {
  const trips = await openTripCounter(app.databaseUrl);
  const reached = await startTestConsole({ databaseUrl: trips.url, env: { DATABASE_POOL: '3' } });
  try {
    const { client } = await app.person('Counted Trips', 'super_administrator');
    const there = Object.assign(new ApiClient(reached.origin), { cookie: client.cookie });
    await there.call('me.get');
    // What a connection runs for the first time is described to it first.
    for (let n = 0; n < 12; n++) await there.call('roles.edit', edit(n % 2 === 0));
    const counted = await trips.tripsOf(async () => {
      for (let n = 0; n < 6; n++) await there.call('roles.edit', edit(n % 2 === 0));
    });
    expect(counted).toHaveLength(6);
    expect(Math.min(...counted)).toBe(2);
  } finally {
    await reached.stop();
    await trips.close();
  }
});
