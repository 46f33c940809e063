import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import type { ApiClient } from '../support/api-client';
import {
  enrol,
  INITIAL_PASSWORD,
  PASSWORD,
  startTestConsole,
  type TestConsole,
  type TestPerson
} from '../support/console';
import { PROCEDURES } from '../support/procedures';
import { openRaw, STEP_1 } from '../support/raw-socket';
import { until } from '../support/replica';
import { forgetStep } from '../support/second-factor';
import { openState, type StateProbe } from '../support/state';
import { businessState } from '../support/tables';
import { codeOf } from '../support/totp';

type Step = 'totp' | 'change-password' | 'enrol-2fa';
/** Procedures that may be called at a step, besides those open to anybody. */
const ALLOWED: Record<Step, string[]> = {
  totp: ['auth.totp'],
  'change-password': ['auth.changePassword'],
  'enrol-2fa': ['auth.beginTotp', 'auth.confirmTotp']
};
const STEPS = Object.keys(ALLOWED) as Step[];
/** Inputs of procedures that look at them before the step: each must be one that could pass. */
const INPUTS: Record<string, object> = {
  'auth.totp': { code: '123456' },
  'auth.confirmTotp': { code: '123456' },
  'auth.changePassword': { password: 'a sentence for the walker', current: PASSWORD }
};
const DOCUMENTS = ['roles', 'people', 'applications', 'feed', 'role:support'];
const OTHER_PASSWORD = 'quite another sentence of one’s own';

let app: TestConsole;
let state: StateProbe;
let withFactor: TestPerson & { totpSecret: string };
let names = 0;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const person = await app.person('Faye Factor', 'admin');
  withFactor = { ...person, ...(await enrol(person.client)) };
});
afterAll(async () => {
  await state.close();
  await app.stop();
});
beforeEach(() => state.forgetTries());

type Created = { id: string; seq: number; link: string | null };
/** A new administrator who has not been here yet. */
async function newcomer(
  roleId = 'support',
  password: string | null = INITIAL_PASSWORD
): Promise<Created & { email: string }> {
  const name = `Newcomer ${(names += 1)}`;
  const email = `newcomer${names}@northwind.example`;
  const created = await app.owner.call<Created>('administrators.create', {
    name,
    email,
    roleId,
    ...(password === null ? {} : { password })
  });
  return { ...created, email };
}
const invited = () => newcomer('support', null);
const tokenOf = ({ link }: { link: string | null }) => link!.split('#')[1]!;

async function signIn(email: string, password: string): Promise<{ client: ApiClient; next: string }> {
  const client = app.anonymous();
  return { client, next: (await client.call<{ next: string }>('auth.signIn', { email, password })).next };
}

/** Somebody at a step of their sign-in. */
async function at(step: Step): Promise<ApiClient> {
  const email = step === 'totp' ? withFactor.email : (await newcomer('compliance_officer')).email;
  const { client } = await signIn(email, step === 'totp' ? PASSWORD : INITIAL_PASSWORD);
  if (step === 'enrol-2fa') await client.call('auth.changePassword', { password: PASSWORD });
  return client;
}

describe('[AUT-1] the steps of a sign-in', () => {
  test('[ADM-5] the steps of a sign-in of a newcomer: the password, then the second factor where one is asked for', async () => {
    const { email } = await newcomer('compliance_officer');
    const { client, next } = await signIn(email, INITIAL_PASSWORD);
    expect(next).toBe('change-password');
    expect(await client.call('auth.changePassword', { password: PASSWORD })).toEqual({ next: 'enrol-2fa' });
    const { secret } = await client.call<{ secret: string }>('auth.beginTotp');
    expect(await client.call('auth.confirmTotp', { code: await codeOf(secret) })).toMatchObject({
      next: 'ready'
    });
    expect((await client.try('me.get')).status).toBe(200);
    const other = await newcomer('support');
    const plain = await signIn(other.email, INITIAL_PASSWORD);
    expect(await plain.client.call('auth.changePassword', { password: PASSWORD })).toEqual({ next: 'ready' });
  });

  test('the steps of a sign-in of somebody whose password was reset: the second factor stays, and comes first', async () => {
    const person = await app.person('Rita Reset', 'support');
    const { totpSecret, recoveryCodes } = await enrol(person.client);
    const factorOf = () => state.sql`select * from totp where administrator_id = ${person.id}`;
    const factor = await factorOf();
    const initial = 'a second initial sentence for Rita';
    await app.owner.call('administrators.resetPassword', { id: person.id, password: initial });
    expect(await person.client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(
      (await app.anonymous().refused('auth.signIn', { email: person.email, password: PASSWORD })).code
    ).toBe('auth/wrong-credentials');
    expect(await factorOf()).toEqual(factor);
    await forgetStep(state, person.id);
    const { client, next } = await signIn(person.email, initial);
    expect(next).toBe('totp');
    expect(await client.call('auth.totp', { code: await codeOf(totpSecret) })).toEqual({
      next: 'change-password'
    });
    expect(await client.call('auth.changePassword', { password: PASSWORD })).toEqual({ next: 'ready' });
    const { twoFactor } = await client.call<{ twoFactor: object }>('me.get');
    expect(twoFactor).toMatchObject({ on: true, recoveryCodesLeft: recoveryCodes.length });
  });

  describe.each(STEPS)('at “%s”', (step) => {
    const others = PROCEDURES.filter(
      ({ name, access }) => access !== 'public' && !ALLOWED[step].includes(name)
    );

    test(`[SECURITY A-12, A-13] each of the ${others.length} other procedures is refused and changes nothing`, async () => {
      const client = await at(step);
      const before = await businessState(state.sql);
      const entries = await state.entries();
      const answers = await Promise.all(
        others.map(async ({ name }) => ({ name, ...(await client.try(name, INPUTS[name])) }))
      );
      for (const { name, status, refusal } of answers)
        expect({ name, status, refusal }).toEqual({
          name,
          status: 403,
          refusal: { code: 'auth/step-required', next: step }
        });
      expect(await businessState(state.sql)).toBe(before);
      expect(await state.entries()).toBe(entries);
    });

    test.each(DOCUMENTS)('[SECURITY A-13] no socket opens on %s before the sign-in is over', async (name) => {
      using socket = await openRaw(await at(step), name);
      expect(await socket.closed).toBe(CLOSE.signedOut);
      expect(socket.frames).toEqual([]);
    });

    test('signing out is allowed, and ends it', async () => {
      const client = await at(step);
      const copy = app.anonymous();
      copy.cookie = client.cookie;
      await client.call('auth.signOut');
      expect((await copy.try('auth.changePassword', { password: OTHER_PASSWORD })).refusal?.code).toBe(
        'auth/signed-out'
      );
    });

    test('[S-04] the session is over after a quarter of an hour', async () => {
      const client = await at(step);
      const [row] = await state.sql<{ minutes: number }[]>`
        select ceil(extract(epoch from expires_at - now()) / 60)::int as minutes from sessions
        where sid = ${client.cookie.split('=')[1]!.split('.')[0]!}`;
      expect(row!.minutes).toBeLessThanOrEqual(15);
    });
  });

  test('[SECURITY A-13] a second factor asked for later stops sessions and sockets at once', async () => {
    const person = await app.person('Lara Later', 'admin');
    using socket = await openRaw(person.client, 'roles');
    // Whoever says nothing is shut out after a while.
    socket.send(STEP_1);
    await app.owner.call('administrators.require2fa', { id: person.id, required: true });
    expect(await person.client.refused('roles.create', { name: 'Too late' })).toEqual({
      code: 'auth/step-required',
      next: 'enrol-2fa'
    });
    expect(await socket.closed).toBe(CLOSE.signedOut);
    await enrol(person.client);
    expect((await person.client.try('me.get')).status).toBe(200);
  });
});

describe('[ADM-5] an initial password', () => {
  test('[SECURITY A-12] must be changed to another one, however that is written', async () => {
    const initial = 'réinitialiser une phrase à soi';
    const { email, id } = await newcomer('support', initial.normalize('NFC'));
    const { client } = await signIn(email, initial.normalize('NFD'));
    for (const password of [initial.normalize('NFC'), initial.normalize('NFD')])
      expect(await client.refused('auth.changePassword', { password })).toMatchObject({
        code: 'input/invalid',
        field: 'password'
      });
    const [row] = await state.sql`select activation_expires_at from administrators where id = ${id}`;
    expect(row!['activation_expires_at']).not.toBeNull();
    await client.call('auth.changePassword', { password: OTHER_PASSWORD });
  });

  test('works until it is changed, and never after; whoever else used it is out', async () => {
    const { email, id } = await newcomer();
    const sessions = await Promise.all(Array.from({ length: 5 }, () => signIn(email, INITIAL_PASSWORD)));
    const answers = await Promise.all(
      sessions.map(({ client }, n) =>
        client.try('auth.changePassword', { password: `${OTHER_PASSWORD} ${n}` })
      )
    );
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { refusal } of answers.filter(({ status }) => status !== 200))
      expect(refusal).toEqual({ code: 'auth/signed-out' });
    for (const [n, { client }] of sessions.entries())
      expect((await client.try('me.get')).status).toBe(n === winner ? 200 : 401);
    await state.forgetTries();
    const again = await app.anonymous().refused('auth.signIn', { email, password: INITIAL_PASSWORD });
    expect(again.code).toBe('auth/wrong-credentials');
    expect((await signIn(email, `${OTHER_PASSWORD} ${winner}`)).next).toBe('ready');
    const [row] = await state.sql<
      { n: number }[]
    >`select count(*)::int as n from audit.entry where doc->>'action' = 'auth.password_changed'
      and doc->>'outcome' = 'success' and doc->'target'->>'id' = ${id}`;
    expect(row!.n).toBe(1);
  });

  test('an initial password is good for 72 hours', async () => {
    const { email, id } = await newcomer();
    const [row] = await state.sql<{ hours: number }[]>`
      select extract(epoch from activation_expires_at - now()) / 3600 as hours from administrators where id = ${id}`;
    expect(Number(row!.hours)).toBeGreaterThan(71.9);
    expect(Number(row!.hours)).toBeLessThanOrEqual(72);
    const { client } = await signIn(email, INITIAL_PASSWORD);
    await state.audited(
      (tx) =>
        tx`update administrators set activation_expires_at = now() - interval '1 second' where id = ${id}`
    );
    expect((await app.anonymous().refused('auth.signIn', { email, password: INITIAL_PASSWORD })).code).toBe(
      'auth/wrong-credentials'
    );
    // Nor for whoever signed in just before.
    expect(await client.refused('auth.changePassword', { password: OTHER_PASSWORD })).toEqual({
      code: 'auth/signed-out'
    });
  });
});

describe('[ADM-5] an invitation', () => {
  const accept = (token: string, password = PASSWORD, by = app.anonymous()) =>
    by.try<{ next: string }>('auth.acceptInvitation', { token, password });
  const isRefused = async (token: string) => {
    for (const result of [await app.anonymous().try('auth.readInvitation', { token }), await accept(token)])
      expect([result.status, result.refusal]).toEqual([403, { code: 'auth/invitation' }]);
  };

  test('an invitation opens once, of many at the same moment for one', async () => {
    const person = await invited();
    const token = tokenOf(person);
    expect(person.link).toBe(`${app.origin}/invitation#${token}`);
    expect(await app.anonymous().call('auth.readInvitation', { token })).toEqual({
      name: expect.stringContaining('Newcomer') as string,
      email: person.email,
      minLength: 15,
      returning: false
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => accept(token, `${OTHER_PASSWORD} ${n}`))
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(403)]);
    expect(answers.find(({ status }) => status === 200)!.value).toEqual({ next: 'ready' });
    for (const { refusal } of answers.filter(({ status }) => status !== 200))
      expect(refusal).toEqual({ code: 'auth/invitation' });
    const winner = answers.findIndex(({ status }) => status === 200);
    await isRefused(token);
    expect((await signIn(person.email, `${OTHER_PASSWORD} ${winner}`)).next).toBe('ready');
    expect(await state.sql`select 1 from sessions where administrator_id = ${person.id}`).toHaveLength(2);
  });

  test('leads on to the second factor where one is asked for', async () => {
    const person = await newcomer('compliance_officer', null);
    const client = app.anonymous();
    expect((await accept(tokenOf(person), PASSWORD, client)).value).toEqual({ next: 'enrol-2fa' });
    await enrol(client);
    expect((await client.try('me.get')).status).toBe(200);
  });

  test('an invitation of somebody with a second factor does not get past it', async () => {
    const person = await app.person('Ida Invited', 'support');
    await enrol(person.client);
    const reset = await app.owner.call<Created>('administrators.resetPassword', { id: person.id });
    const client = app.anonymous();
    expect((await accept(tokenOf(reset), OTHER_PASSWORD, client)).value).toEqual({ next: 'totp' });
    expect(await client.refused('me.get')).toEqual({ code: 'auth/step-required', next: 'totp' });
  });

  test('an invitation is void when a newer one was made, its time is over, or its person is suspended', async () => {
    const replaced = await invited();
    const newer = await app.owner.call<Created>('administrators.resetPassword', { id: replaced.id });
    await isRefused(tokenOf(replaced));
    expect((await app.anonymous().try('auth.readInvitation', { token: tokenOf(newer) })).status).toBe(200);

    const expired = await invited();
    await state.audited(
      (tx) =>
        tx`update administrators set activation_expires_at = now() - interval '1 second' where id = ${expired.id}`
    );
    await isRefused(tokenOf(expired));

    const suspended = await invited();
    await app.owner.call('administrators.suspend', { id: suspended.id });
    await isRefused(tokenOf(suspended));

    const deactivated = await invited();
    await app.owner.call('administrators.delete', { id: deactivated.id });
    await isRefused(tokenOf(deactivated));
  });

  test('an invitation is for one person alone', async () => {
    const [one, other] = [await invited(), await invited()];
    const [, secret] = tokenOf(one).split('.');
    for (const token of [
      `${other.id}.${secret}`,
      `${randomUUID()}.${secret}`,
      `${one.id.toUpperCase()}.${secret}`,
      `${one.id}.${secret!.slice(0, -1)}`,
      `${one.id}.${secret!.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
      `${tokenOf(one)}.`,
      `${one.id}.`,
      ''
    ]) {
      await state.forgetTries();
      await isRefused(token);
    }
    expect((await accept(tokenOf(one))).status).toBe(200);
  });

  test('an invitation takes no easy password, and is still open then', async () => {
    const person = await invited();
    for (const password of ['too short', 'passwordpassword', `${person.email}!`])
      expect((await accept(tokenOf(person), password)).refusal).toMatchObject({
        code: 'input/invalid',
        field: 'password'
      });
    expect((await accept(tokenOf(person))).status).toBe(200);
  });

  test('[W-17] asked for again with the same operation is the same link, of one person', async () => {
    const input = {
      op: randomUUID(),
      name: 'Asked Again',
      email: 'asked.again@northwind.example',
      roleId: 'support'
    };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.owner.call<Created>('administrators.create', input))
    );
    answers.push(await app.owner.call<Created>('administrators.create', input));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.link).not.toBeNull();
    expect(await state.sql`select 1 from administrators where email_key = ${input.email}`).toHaveLength(1);
    const [row] = await state.sql<
      { n: number }[]
    >`select count(*)::int as n from audit.entry where doc->>'op' = ${input.op}`;
    expect(row!.n).toBe(1);
    expect((await accept(tokenOf(answers[0]!))).status).toBe(200);
    // It says the same once more, and opens nothing.
    await isRefused(tokenOf(await app.owner.call<Created>('administrators.create', input)));
  });
});

describe('[SECURITY A-14] enrolling', () => {
  test('needs the password proved lately, and one valid code', async () => {
    const person = await app.person('Ella Enrols', 'admin');
    const stale = () =>
      state.audited(
        (tx) =>
          tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${person.id}`
      );
    await stale();
    expect(await person.client.refused('auth.beginTotp')).toEqual({ code: 'auth/reauthenticate' });
    await person.client.call('auth.reauthenticate', { password: PASSWORD });
    const { secret } = await person.client.call<{ secret: string }>('auth.beginTotp');
    const wrong = await codeOf(secret, 20);
    expect(await person.client.refused('auth.confirmTotp', { code: wrong })).toEqual({
      code: 'auth/wrong-code'
    });
    await stale();
    expect(await person.client.refused('auth.confirmTotp', { code: await codeOf(secret) })).toEqual({
      code: 'auth/reauthenticate'
    });
    const { twoFactor } = await person.client.call<{ twoFactor: { on: boolean } }>('me.get');
    expect(twoFactor.on).toBe(false);
    await person.client.call('auth.reauthenticate', { password: PASSWORD });
    expect(await person.client.call('auth.confirmTotp', { code: await codeOf(secret) })).toMatchObject({
      next: 'ready'
    });
  });

  test('without having begun is refused; a secret that was replaced before it was confirmed is void', async () => {
    const person = await app.person('Noah Nothing', 'admin');
    expect(await person.client.refused('auth.confirmTotp', { code: '123456' })).toMatchObject({
      code: 'not-found'
    });
    const first = await person.client.call<{ secret: string }>('auth.beginTotp');
    const second = await person.client.call<{ secret: string }>('auth.beginTotp');
    expect(second.secret).not.toBe(first.secret);
    expect(await person.client.refused('auth.confirmTotp', { code: await codeOf(first.secret) })).toEqual({
      code: 'auth/wrong-code'
    });
    await person.client.call('auth.confirmTotp', { code: await codeOf(second.secret) });
  });

  test('a new secret takes over when it is confirmed, not before', async () => {
    const person = await app.person('Nina New', 'admin');
    const old = await enrol(person.client);
    const { secret } = await person.client.call<{ secret: string }>('auth.beginTotp');
    await forgetStep(state, person.id);
    const signedIn = await signIn(person.email, PASSWORD);
    expect(await signedIn.client.refused('auth.totp', { code: await codeOf(secret) })).toEqual({
      code: 'auth/wrong-code'
    });
    expect(await signedIn.client.call('auth.totp', { code: await codeOf(old.totpSecret) })).toEqual({
      next: 'ready'
    });
    await person.client.call('auth.confirmTotp', { code: await codeOf(secret) });
    await forgetStep(state, person.id);
    const later = await signIn(person.email, PASSWORD);
    expect(await later.client.refused('auth.totp', { code: await codeOf(old.totpSecret) })).toEqual({
      code: 'auth/wrong-code'
    });
  });
});

test('[AUT-1] a session that stays at a step tells no feed that its person is active', async () => {
  const { id, email } = await newcomer('compliance_officer');
  const { client } = await signIn(email, INITIAL_PASSWORD);
  await client.refused('me.active');
  await until(async () => (await state.sql`select 1 from audit.pending limit 1`).length === 0, 'numbered');
  const [row] = await state.sql<{ seconds: number }[]>`
    select extract(epoch from expires_at - created_at) as seconds from sessions where administrator_id = ${id}`;
  expect(Number(row!.seconds)).toBeLessThanOrEqual(901);
});
