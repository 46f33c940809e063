import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client';
import { enrol, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { forgetStep } from '../support/second-factor';
import { openState, type StateProbe } from '../support/state';
import { codeOf } from '../support/totp';

let app: TestConsole;
/** A second process on the same database. */
let other: TestConsole;
let state: StateProbe;
type Person = { id: string; email: string; client: ApiClient; totpSecret: string; recoveryCodes: string[] };
let person: Person;
let names = 0;

beforeAll(async () => {
  app = await startTestConsole();
  other = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  person = await enrolled();
});
afterAll(async () => {
  await state.close();
  await other.stop();
  await app.stop();
});
beforeEach(async () => {
  await state.forgetTries();
  await forgetStep(state, person.id);
});

async function enrolled(): Promise<Person> {
  const made = await app.person(`Person ${(names += 1)}`, 'admin');
  return { ...made, ...(await enrol(made.client)) };
}

/** Somebody who gave the password and must give a code, at one of the two consoles. */
async function halfway(of: Person, at: TestConsole = app): Promise<ApiClient> {
  await state.forgetTries();
  const client = new ApiClient(at.origin);
  expect(await client.call('auth.signIn', { email: of.email, password: PASSWORD })).toEqual({ next: 'totp' });
  return client;
}

/** Codes that are good for nothing in the next minutes, each another one. */
async function wrongCodes(of: Person, many: number): Promise<string[]> {
  const right = await Promise.all(Array.from({ length: 60 }, (_, n) => codeOf(of.totpSecret, n - 10)));
  const codes = Array.from({ length: many + right.length }, (_, n) => String(n).padStart(6, '0'));
  return codes.filter((code) => !right.includes(code)).slice(0, many);
}

/**
 * Sends one code many times at once: from ten sessions at two consoles, with the counters of tries held at nothing.
 * @param codeNow the code, asked for when all is ready: one of an app is good for half a minute
 */
async function storm(
  of: Person,
  codeNow: () => Promise<string>,
  times: number
): Promise<(string | undefined)[]> {
  const clients: ApiClient[] = [];
  for (let n = 0; n < 10; n++) clients.push(await halfway(of, n % 2 === 0 ? app : other));
  await state.forgetTries();
  const code = await codeNow();
  const results = Promise.all(
    Array.from({ length: times }, (_, n) => {
      const from = clients[n % clients.length]!;
      // Each request carries the cookie of the beginning: what an answer sets is for the next one.
      const copy = new ApiClient(from.origin);
      copy.cookie = from.cookie;
      return copy.try<{ next: string }>('auth.totp', { code });
    })
  );
  let over = false;
  void results.finally(() => (over = true)).catch(() => undefined);
  // What a request holds at this moment is left to it: whoever waits for all of them at once may lock with each.
  while (!over)
    await state.sql`delete from throttle where subject in (select subject from throttle for update skip locked)`;
  return (await results).map(({ status, refusal, body }) =>
    status === 200 ? 'in' : (refusal?.code ?? `${status} ${body}`)
  );
}

async function failures(of: Person): Promise<number> {
  const [row] = await state.sql<{ n: number }[]>`select count(*)::int as n from audit.entry
    where doc->>'action' = 'auth.second_factor_failed' and doc->'actor'->>'id' = ${of.id}`;
  return row!.n;
}

describe('[AUT-1] a code of the authenticator app', () => {
  test('[SECURITY A-09] sent 1,000 times at once lets one in', async () => {
    const before = await failures(person);
    const results = await storm(person, () => codeOf(person.totpSecret), 1000);
    expect(results.filter((result) => result === 'in')).toHaveLength(1);
    // Those of the session that is in come with a cookie that is dead by then, or find nothing left to do.
    const codes = new Set([
      'in',
      'auth/wrong-code',
      'auth/throttled',
      'auth/signed-out',
      'auth/step-required'
    ]);
    const faults = app.logged.filter(({ level }) => level === 50).map((line) => JSON.stringify(line));
    expect(
      results.filter((result) => !codes.has(result!)),
      faults.join('\n')
    ).toEqual([]);
    // Not the counting of tries kept them out, but that the code was used.
    expect((await failures(person)) - before).toBeGreaterThan(50);
  });

  test('[SECURITY A-09] a code of the authenticator app is no good a second time, in any session', async () => {
    const code = await codeOf(person.totpSecret);
    await (await halfway(person)).call('auth.totp', { code });
    for (const at of [app, other])
      expect(await (await halfway(person, at)).refused('auth.totp', { code })).toEqual({
        code: 'auth/wrong-code'
      });
    const signedIn = await halfway(person);
    const [recovery] = person.recoveryCodes.splice(0, 1);
    await signedIn.call('auth.totp', { code: recovery });
    expect(await signedIn.refused('auth.reauthenticate', { password: PASSWORD, code })).toEqual({
      code: 'auth/wrong-code'
    });
  });

  test('[AUT-6] [SECURITY A-08] one step early or late passes, each once; two steps are too many', async () => {
    // Of their own: the sessions that this opens are not to end those of the next tests.
    const person = await enrolled();
    await forgetStep(state, person.id);
    for (const [steps, status] of [
      [-3, 401],
      [-2, 401],
      [2, 401],
      [3, 401],
      [-1, 200],
      [0, 200],
      [1, 200]
    ] as const) {
      const client = await halfway(person);
      // Not at the end of a step: it would be over between making the code and its arrival.
      const left = 30_000 - (Date.now() % 30_000);
      if (left < 10_000) await new Promise((resolve) => setTimeout(resolve, left + 50));
      const code = await codeOf(person.totpSecret, steps);
      expect((await client.try('auth.totp', { code })).status, `${steps} steps`).toBe(status);
      if (status === 401) continue;
      // The very code, whatever step runs by now.
      const again = await (await halfway(person)).try('auth.totp', { code });
      expect(again.status, `${steps} steps, once more`).toBe(401);
    }
  });

  test('[SECURITY A-10] a code of the authenticator app of somebody else is wrong', async () => {
    const stranger = await enrolled();
    const client = await halfway(person);
    for (const code of [await codeOf(stranger.totpSecret), stranger.recoveryCodes[0]!])
      expect(await client.refused('auth.totp', { code })).toEqual({ code: 'auth/wrong-code' });
  });

  test('[SECURITY A-10] a code of the authenticator app can be guessed ten times an hour, whatever session, process or procedure it comes by', async () => {
    const clients = await Promise.all([halfway(person), halfway(person, other), halfway(person)]);
    const signedIn = await halfway(person);
    await signedIn.call('auth.totp', { code: await codeOf(person.totpSecret) });
    await state.forgetTries();
    const before = await failures(person);
    const guesses = await wrongCodes(person, 60);
    const results = await Promise.all(
      guesses.map((code, n) => {
        const from = clients[n % clients.length]!;
        return from.try('auth.totp', { code });
      })
    );
    const codes = results.map(({ refusal }) => refusal?.code);
    expect(codes.filter((code) => code === 'auth/wrong-code')).toHaveLength(10);
    expect(codes.filter((code) => code === 'auth/throttled')).toHaveLength(50);
    expect((await failures(person)) - before).toBe(10);
    // By no other procedure, and not with the right one either.
    await forgetStep(state, person.id);
    const code = await codeOf(person.totpSecret);
    const { device } = signedIn;
    signedIn.device = '';
    expect((await signedIn.refused('auth.reauthenticate', { password: PASSWORD, code })).code).toBe(
      'auth/throttled'
    );
    expect((await signedIn.refused('auth.confirmTotp', { code })).code).toBe('auth/throttled');
    expect((await clients[0]!.refused('auth.totp', { code })).code).toBe('auth/throttled');
    expect((await clients[0]!.refused('auth.totp', { code: person.recoveryCodes[0]! })).code).toBe(
      'auth/throttled'
    );
    const [row] = await state.sql<
      { minutes: number }[]
    >`select extract(epoch from blocked_until - now()) / 60 as minutes
      from throttle where subject = ${`code:${person.id}`}`;
    expect(Number(row!.minutes)).toBeGreaterThan(55);
    // But from the device that this person has signed in from, whoever guesses elsewhere (A-07).
    signedIn.device = device;
    await signedIn.call('auth.reauthenticate', { password: PASSWORD, code });
  });

  test('[F5] a code of the authenticator app does not travel in a batch', async () => {
    const client = await halfway(person);
    const response = await fetch(`${app.origin}/trpc/auth.totp,auth.totp?batch=1`, {
      method: 'POST',
      headers: { cookie: client.cookie, origin: app.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ 0: { code: '000000' }, 1: { code: '000001' } })
    });
    expect(response.status).toBe(400);
    expect(await state.sql`select 1 from throttle where subject like 'code:%'`).toHaveLength(0);
  });

  test('[SECURITY A-10] a hundred wrong ones in a row close it; another administrator opens it again', async () => {
    const victim = await enrolled();
    const client = await halfway(victim);
    const guesses = await wrongCodes(victim, 100);
    for (let hour = 0; hour < 10; hour++) {
      await state.sql`delete from throttle where subject not like 'code-row:%'`;
      for (const code of guesses.slice(10 * hour, 10 * hour + 10))
        await client.refused('auth.totp', { code });
    }
    await state.sql`delete from throttle where subject not like 'code-row:%'`;
    await forgetStep(state, victim.id);
    const code = await codeOf(victim.totpSecret);
    expect(await client.refused('auth.totp', { code })).toEqual({ code: 'auth/locked' });
    const { lockedOut } = await app.owner.call<{ lockedOut: boolean }>('administrators.get', {
      id: victim.id
    });
    expect(lockedOut).toBe(true);
    await app.owner.call('administrators.unlock', { id: victim.id });
    expect(await client.call('auth.totp', { code })).toEqual({ next: 'ready' });
  });
});

describe('[AUT-1] a recovery code', () => {
  test('[SECURITY A-11] sent 200 times at once lets one in, and its person is told', async () => {
    const [code] = person.recoveryCodes.splice(0, 1);
    const results = await storm(person, () => Promise.resolve(code!), 200);
    expect(results.filter((result) => result === 'in')).toHaveLength(1);
    // The storm's sessions pushed the oldest one out.
    person.client = await halfway(person);
    await person.client.call('auth.totp', { code: await codeOf(person.totpSecret) });
    const { twoFactor, notices } = await person.client.call<{
      twoFactor: { recoveryCodesLeft: number };
      notices: { kind: string }[];
    }>('me.get');
    expect(twoFactor.recoveryCodesLeft).toBe(person.recoveryCodes.length);
    expect(notices.map(({ kind }) => kind)).toContain('recovery-code-used');
    expect(await (await halfway(person)).refused('auth.totp', { code })).toEqual({ code: 'auth/wrong-code' });
  });

  test('[SECURITY A-11] a recovery code of an earlier set is void', async () => {
    const someone = await enrolled();
    const { recoveryCodes } = await someone.client.call<{ recoveryCodes: string[] }>(
      'auth.renewRecoveryCodes'
    );
    expect(new Set([...recoveryCodes, ...someone.recoveryCodes]).size).toBe(20);
    const client = await halfway(someone);
    for (const code of someone.recoveryCodes.slice(0, 5))
      expect(await client.refused('auth.totp', { code })).toEqual({ code: 'auth/wrong-code' });
    await client.call('auth.totp', { code: recoveryCodes[0]!.toLowerCase().replaceAll('-', ' ') });
  });

  test('[SECURITY A-11] a recovery code is gone with the second factor', async () => {
    const someone = await enrolled();
    await app.owner.call('administrators.reset2fa', { id: someone.id });
    const client = app.anonymous();
    expect(await client.call('auth.signIn', { email: someone.email, password: PASSWORD })).toEqual({
      next: 'ready'
    });
    await enrol(client);
    const again = await halfway(someone);
    for (const code of someone.recoveryCodes.slice(0, 3))
      expect(await again.refused('auth.totp', { code })).toEqual({ code: 'auth/wrong-code' });
    expect(
      await state.sql`select 1 from recovery_codes where administrator_id = ${someone.id} and used_at is null`
    ).toHaveLength(10);
  });
});

describe('[SECURITY A-14] the secret', () => {
  test('the secret of an authenticator app is never told again once it was shown', async () => {
    const someone = await enrolled();
    const answers = await Promise.all([
      someone.client.try('me.get'),
      someone.client.try('me.sessions'),
      someone.client.try('auth.renewRecoveryCodes'),
      someone.client.try('auth.beginTotp'),
      app.owner.try('administrators.get', { id: someone.id }),
      app.owner.try('administrators.list', {}),
      app.owner.try('log.list', {})
    ]);
    for (const { status, body } of answers) {
      expect(status, body).toBe(200);
      expect(body).not.toContain(someone.totpSecret);
      for (const code of someone.recoveryCodes) expect(body).not.toContain(code);
    }
  });

  test('moved to another administrator in the database opens nothing, and is no fault of ours', async () => {
    const [thief, victim] = [await enrolled(), await enrolled()];
    await state.audited(
      (tx) => tx`update totp set secret = (select secret from totp where administrator_id = ${thief.id}),
        pending = (select secret from totp where administrator_id = ${thief.id}), last_step = 0
        where administrator_id = ${victim.id}`
    );
    const client = await halfway(victim);
    const code = await codeOf(thief.totpSecret);
    for (const each of [code, await codeOf(victim.totpSecret)])
      expect(await client.refused('auth.totp', { code: each })).toEqual({ code: 'auth/wrong-code' });
    expect(await victim.client.refused('auth.confirmTotp', { code })).toEqual({ code: 'auth/wrong-code' });
    expect(await victim.client.refused('auth.reauthenticate', { password: PASSWORD, code })).toEqual({
      code: 'auth/wrong-code'
    });
    const reasons = await state.sql<{ reason: string }[]>`select doc->>'reason' as reason from audit.entry
      where doc->'actor'->>'id' = ${victim.id} and doc->>'outcome' = 'denied' order by n`;
    expect(reasons.map(({ reason }) => reason)).toContain('unreadable-secret');
    expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
    // What does not depend on the secret is still good.
    expect(await client.call('auth.totp', { code: victim.recoveryCodes[0] })).toEqual({ next: 'ready' });
  });
});
