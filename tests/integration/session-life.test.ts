import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client';
import {
  enrol,
  firstSignIn,
  INITIAL_PASSWORD,
  PASSWORD,
  startTestConsole,
  type TestConsole
} from '../support/console';
import { forgetStep } from '../support/second-factor';
import { openState, type StateProbe } from '../support/state';
import { codeOf } from '../support/totp';

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
beforeEach(() => state.forgetTries());

const sidOf = ({ cookie }: ApiClient) => cookie.split('=')[1]!.split('.')[0]!;
const signIn = async (email: string) => {
  await state.forgetTries();
  const client = app.anonymous();
  await client.call('auth.signIn', { email, password: PASSWORD });
  return client;
};

/** Runs a step and proves that the cookie of before is dead, for questions, for changes and for further steps. */
async function dies(client: ApiClient, step: () => Promise<unknown>, sameSid = true): Promise<void> {
  const old = new ApiClient(app.origin);
  old.cookie = client.cookie;
  await step();
  expect(client.cookie).not.toBe(old.cookie);
  if (sameSid) expect(sidOf(client)).toBe(sidOf(old));
  const before = old.cookie;
  for (const [path, input] of [
    ['me.get', undefined],
    ['roles.create', { name: 'By a dead cookie' }],
    ['auth.changePassword', { password: 'a password by a dead cookie', current: PASSWORD }],
    ['auth.beginTotp', {}]
  ] as const) {
    old.cookie = before;
    const { status, refusal } = await old.try(path, input);
    expect([path, status, refusal]).toEqual([path, 401, { code: 'auth/signed-out' }]);
  }
}

describe('[S-03] every step gives the session another secret, and the old cookie is dead', () => {
  test('at a first sign-in, an enrolment, a second factor, a new proof, a new password, and without the factor', async () => {
    const { id, email, client } = await app.person('Stella Steps', 'admin');
    const other = 'quite another sentence of one’s own';
    await dies(client, () => client.call('auth.reauthenticate', { password: PASSWORD }));
    await dies(client, () => client.call('auth.changePassword', { password: other, current: PASSWORD }));
    await dies(client, () => client.call('auth.changePassword', { password: PASSWORD, current: other }));
    let secret = '';
    await dies(client, async () => (secret = (await enrol(client)).totpSecret));
    await forgetStep(state, id);
    await dies(client, async () =>
      client.call('auth.reauthenticate', { password: PASSWORD, code: await codeOf(secret) })
    );
    await forgetStep(state, id);
    const second = await signIn(email);
    await dies(second, async () => second.call('auth.totp', { code: await codeOf(secret) }));
    await dies(second, () => second.call('auth.disableTotp'));

    await app.owner.call('administrators.create', {
      name: 'Fiona First',
      email: 'fiona@northwind.example',
      roleId: 'compliance_officer',
      password: INITIAL_PASSWORD
    });
    const first = app.anonymous();
    await first.call('auth.signIn', { email: 'fiona@northwind.example', password: INITIAL_PASSWORD });
    await dies(first, () => first.call('auth.changePassword', { password: PASSWORD }));
    await dies(first, () => enrol(first));
  });

  test('a sign-in over a session ends that session', async () => {
    const { email, client } = await app.person('Olga Over', 'admin');
    await dies(client, () => client.call('auth.signIn', { email, password: PASSWORD }), false);
  });

  test('40 old cookies in a row are all refused', async () => {
    const { client } = await app.person('Rolf Rotates', 'admin');
    const old: string[] = [];
    for (let n = 0; n < 40; n++) {
      await state.forgetTries();
      old.push(client.cookie);
      await client.call('auth.reauthenticate', { password: PASSWORD });
    }
    expect(new Set(old).size).toBe(40);
    const statuses = await Promise.all(
      old.map(async (cookie) => {
        const thief = app.anonymous();
        thief.cookie = cookie;
        return (await thief.try('me.get')).status;
      })
    );
    expect(statuses).toEqual(Array(40).fill(401));
    expect((await client.try('me.get')).status).toBe(200);
  });
});

describe('[S-04] how long a session lives is a setting', () => {
  const setLife = (idleMinutes: number, absoluteHours: number) =>
    state.audited(
      (tx) => tx`insert into settings (section, seq, by_name, at, value)
        values ('sessions', 1, 'Test', now(), ${tx.json({ idleMinutes, absoluteHours })})
        on conflict (section) do update set value = excluded.value`
    );
  const lifeOf = async (client: ApiClient) => {
    const [row] = await state.sql<{ idle: number; absolute: number }[]>`
      select extract(epoch from expires_at - now())::float / 60 as idle, extract(epoch from ends_at - created_at)::float / 3600 as absolute
      from sessions where sid = ${sidOf(client)}`;
    return row!;
  };

  test('for sessions that begin, for a sign of life, and after the last step of a sign-in', async () => {
    const { email, client } = await app.person('Lena Life', 'admin');
    try {
      await setLife(5, 2);
      const begun = await signIn(email);
      for (const life of [await lifeOf(begun)]) {
        expect(life.idle).toBeGreaterThan(4.5);
        expect(life.idle).toBeLessThanOrEqual(5);
        expect(life.absolute).toBeCloseTo(2, 2);
      }
      // A session of before: the idle time is short from its next sign of life on.
      await client.call('me.active');
      expect((await lifeOf(client)).idle).toBeLessThanOrEqual(5);

      await app.owner.call('administrators.create', {
        name: 'Nick New',
        email: 'nick@northwind.example',
        roleId: 'compliance_officer',
        password: INITIAL_PASSWORD
      });
      await setLife(20, 3);
      const stepwise = app.anonymous();
      await firstSignIn(stepwise, 'nick@northwind.example');
      const { idle, absolute } = await lifeOf(stepwise);
      expect(idle).toBeGreaterThan(19);
      expect(idle).toBeLessThanOrEqual(20);
      expect(absolute).toBeCloseTo(3, 2);
    } finally {
      await state.audited((tx) => tx`delete from settings where section = 'sessions'`);
    }
  });

  test('questions, sockets and new proofs do not lengthen it beyond its absolute end', async () => {
    const { client } = await app.person('Abe Absolute', 'admin');
    await state.audited(
      (tx) => tx`update sessions set ends_at = now() + interval '3 minutes' where sid = ${sidOf(client)}`
    );
    await client.call('me.active');
    await client.call('auth.reauthenticate', { password: PASSWORD });
    await client.call('auth.changePassword', {
      password: 'quite another sentence of one’s own',
      current: PASSWORD
    });
    expect((await lifeOf(client)).idle).toBeLessThanOrEqual(3);
    await state.audited(
      (tx) => tx`update sessions set ends_at = now() - interval '1 second' where sid = ${sidOf(client)}`
    );
    for (const path of ['me.active', 'me.get', 'auth.beginTotp'])
      expect(await client.refused(path)).toEqual({ code: 'auth/signed-out' });
  });
});

test('[S-08] of twelve sessions the two oldest are over, each with its entry; ten are left that can be ended one by one', async () => {
  const { id, email, client } = await app.person('Tina Twelve', 'admin');
  const clients = [client];
  while (clients.length < 12) clients.push(await signIn(email));
  const statuses = await Promise.all(clients.map(async (each) => (await each.try('me.get')).status));
  expect(statuses).toEqual([401, 401, ...Array<number>(10).fill(200)]);
  const evicted = await state.sql<{ sid: string }[]>`select doc->'target'->>'id' as sid from audit.entry
    where doc->>'action' = 'session.revoked' and doc->>'reason' = 'too-many' and doc->'actor'->>'id' = ${id} order by n`;
  expect(evicted.map(({ sid }) => sid)).toHaveLength(2);
  const last = clients.at(-1)!;
  // [S-07] A revoked session is really dead, the others live.
  for (const victim of clients.slice(2, -1)) {
    expect(await last.call('me.revokeSessions', { sid: sidOf(victim) })).toEqual({ ended: 1 });
    const cookie = victim.cookie;
    expect(await victim.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    victim.cookie = cookie;
    expect(await victim.refused('roles.create', { name: 'Revoked' })).toEqual({ code: 'auth/signed-out' });
  }
  expect((await last.try('me.get')).status).toBe(200);
  expect(await last.call<unknown[]>('me.sessions')).toHaveLength(1);
});
