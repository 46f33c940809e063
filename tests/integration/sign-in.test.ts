import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import type { ApiClient } from '../support/api-client';
import { openState, type StateProbe } from '../support/state';

let app: TestConsole;
let state: StateProbe;
let member: { id: string; email: string; client: ApiClient };

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  member = await app.person('Priya Nair', 'admin');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});
beforeEach(() => state.forgetTries());

const signIn = (email: string, password: string, by = app.anonymous()) =>
  by.try<{ next: string }>('auth.signIn', { email, password });

/**
 * Makes a try that earns a block of so many seconds, and lets that last, however long what follows takes.
 * @param subject as SQL compares it
 */
async function earnBlock(subject: string, seconds: number, lastTry: () => Promise<unknown>): Promise<void> {
  const [began] = await state.sql<{ at: string }[]>`select clock_timestamp()::text as at`;
  await lastTry();
  const rows = await state.sql`update throttle set blocked_until = now() + interval '10 minutes'
    where subject like ${subject} and blocked_until >= ${began!.at}::timestamptz + make_interval(secs => ${seconds})
    returning subject`;
  expect(rows).not.toHaveLength(0);
}

/** Reasons for which sign-ins of an address failed, as the log says; personal data are beside the entry. */
async function reasons(email: string): Promise<string[]> {
  const rows = await state.sql<{ reason: string }[]>`select e.doc->>'reason' as reason from audit.entry e
    join audit.pii p using (n) where e.doc->>'action' = 'auth.sign_in_failed'
    and convert_from(p.doc, 'UTF8')::jsonb->>'email' = ${email} order by n`;
  return rows.map(({ reason }) => reason);
}

describe('[AUT-1] no hint whether an account exists', () => {
  test('unknown, wrong, suspended: the same answer; the log knows which', async () => {
    const suspended = await app.person('Omar Haddad', 'support');
    await state.audited(
      (tx) => tx`update administrators set status = 'suspended' where id = ${suspended.id}`
    );
    const answers = [
      await signIn('nobody@northwind.example', PASSWORD),
      await signIn(member.email, `${PASSWORD}!`),
      await signIn(suspended.email, PASSWORD),
      await signIn(suspended.email, `${PASSWORD}!`)
    ];
    const told = answers.map(({ status, body }) => {
      const answer = JSON.parse(body) as { error: { data: { request?: string } } };
      delete answer.error.data.request;
      return { status, answer };
    });
    for (const each of told) expect(each).toEqual(told[0]);
    expect(told[0]!.status).toBe(401);
    expect(await reasons('nobody@northwind.example')).toEqual(['unknown-account']);
    expect(await reasons(member.email)).toEqual(['wrong-password']);
    expect(await reasons(suspended.email)).toEqual(['suspended', 'wrong-password']);
  });

  test('tries at known and unknown accounts are throttled alike', async () => {
    for (const email of [member.email, 'nobody.else@northwind.example']) {
      await state.forgetTries();
      const codes: (string | undefined)[] = [];
      const fail = async (n: number) =>
        codes.push((await signIn(email, `wrong password ${n}`)).refusal?.code);
      for (let n = 0; n < 4; n++) await fail(n);
      await earnBlock(`account:${email}`, 1, () => fail(4));
      expect(codes).toEqual(Array(5).fill('auth/wrong-credentials'));
      expect((await signIn(email, 'wrong password 5')).refusal?.code).toBe('auth/throttled');
    }
  });
});

describe('[AUT-1] throttling', () => {
  test('throttling counts parallel tries: of 50 at once about five reach the password', async () => {
    const email = 'parallel@northwind.example';
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => signIn(email, 'a wrong one, fifty times over'))
    );
    const seconds = (performance.now() - began) / 1000;
    const codes = answers.map((each) => each.refusal?.code);
    expect(codes.filter((code) => code !== 'auth/throttled' && code !== 'auth/wrong-credentials')).toEqual(
      []
    );
    const why = await reasons(email);
    // Of those that were refused, the first is an entry; all of them are counted.
    expect(why.filter((reason) => reason === 'throttled')).toHaveLength(1);
    const [counted] = await state.sql<{ failures: number }[]>`select failures from throttle
      where subject like 'refused:%'`;
    expect(counted!.failures + why.length - 1).toBe(50);
    const compared = why.filter((reason) => reason === 'unknown-account').length;
    expect(compared).toBeGreaterThan(0);
    // Each wait is twice as long as the one before: a slow machine sees some of them end.
    expect(compared).toBeLessThanOrEqual(5 + Math.ceil(Math.log2(1 + seconds)));
  });

  test('throttling says how long to wait, and lets in after it; the right password forgets the failures', async () => {
    for (let n = 0; n < 4; n++) await signIn(member.email, `wrong password ${n}`);
    await earnBlock(`account:${member.email}`, 1, () => signIn(member.email, 'wrong password 4'));
    const refused = await signIn(member.email, PASSWORD);
    expect(refused.status).toBe(429);
    expect(refused.refusal).toMatchObject({
      code: 'auth/throttled',
      retryAfter: expect.any(Number) as number
    });
    await state.sql`update throttle set blocked_until = now() - interval '1 second'`;
    expect((await signIn(member.email, PASSWORD)).value).toEqual({ next: 'ready' });
    expect(await state.sql`select 1 from throttle where subject = ${`account:${member.email}`}`).toHaveLength(
      0
    );
  });

  test('throttling of one address holds for many accounts; free tries at once are not taken for too many', async () => {
    const answers = await Promise.all(
      Array.from({ length: 18 }, (_, n) => signIn(`many${n}@northwind.example`, 'wrong password'))
    );
    expect(answers.map((each) => each.refusal?.code)).toEqual(Array(18).fill('auth/wrong-credentials'));
    await signIn('many18@northwind.example', 'wrong password');
    await earnBlock('address:%', 15, () => signIn('many19@northwind.example', 'wrong password'));
    expect((await signIn(member.email, PASSWORD)).refusal?.code).toBe('auth/throttled');
  });

  test('throttling takes no notice of an address that a client claims', async () => {
    const [row] = await state.sql<
      { subject: string }[]
    >`select subject from throttle where subject like 'address:%'`;
    expect(row).toBeUndefined();
    await fetch(`${app.origin}/trpc/auth.signIn`, {
      method: 'POST',
      headers: { origin: app.origin, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
      body: JSON.stringify({ email: 'x@northwind.example', password: 'wrong password' })
    });
    expect(await state.sql`select subject from throttle where subject like 'address:%'`).toEqual([
      { subject: 'address:127.0.0.1' }
    ]);
  });
});

describe('[S-02] the cookie', () => {
  test('the cookie is for this host, over TLS or loopback, out of reach of scripts, and for no other site', async () => {
    const response = await fetch(`${app.origin}/trpc/auth.signIn`, {
      method: 'POST',
      headers: { origin: app.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ email: member.email, password: PASSWORD })
    });
    const [cookie, device, ...more] = response.headers.getSetCookie();
    expect(more).toEqual([]);
    const [pair, ...attributes] = cookie!.split(/;\s*/);
    expect(pair).toMatch(/^__Host-rolecall=[a-z2-7]{26}\.[\w-]{43}$/);
    const guards = ['httponly', 'path=/', 'samesite=lax', 'secure'];
    expect(attributes.map((each) => each.toLowerCase()).sort()).toEqual(guards);
    // A device that was never here is known again by a cookie of its own, for half a year.
    const [known, ...more2] = device!.split(/;\s*/);
    expect(known).toMatch(/^__Host-rolecall-device=[\w-]{43}$/);
    expect(more2.map((each) => each.toLowerCase()).sort()).toEqual(
      [...guards, `max-age=${180 * 86_400}`].sort()
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    const secret = pair!.split('.')[1]!;
    expect(await response.text()).not.toContain(secret);
    // Nowhere but in the cookie.
    expect(JSON.stringify(app.logged)).not.toContain(secret);
    const [found] =
      await state.sql`select count(*)::int as n from sessions where encode(secret_hash, 'escape') like ${`%${secret}%`}`;
    expect(found).toEqual({ n: 0 });
    expect(await state.sql`select 1 from audit.entry where strpos(doc::text, ${secret}) > 0`).toHaveLength(0);
  });

  test('the cookie is taken away with the session, which is over at once', async () => {
    const client = app.anonymous();
    await client.call('auth.signIn', { email: member.email, password: PASSWORD });
    const stolen = app.anonymous();
    stolen.cookie = client.cookie;
    await client.call('auth.signOut');
    expect(client.cookie).toBe('');
    expect(await stolen.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(await stolen.refused('roles.create', { name: 'Afterwards' })).toEqual({ code: 'auth/signed-out' });
    const entries = await state.entries('auth.sign_out');
    expect((await stolen.try('auth.signOut')).status).toBe(200);
    expect(await state.entries('auth.sign_out')).toBe(entries);
  });

  test('[S-08] the eleventh session ends the oldest', async () => {
    const clients: ApiClient[] = [];
    for (let n = 0; n < 11; n++) {
      const client = app.anonymous();
      await state.forgetTries();
      await client.call('auth.signIn', { email: member.email, password: PASSWORD });
      clients.push(client);
    }
    expect(await clients[0]!.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    for (const client of clients.slice(1)) expect((await client.try('me.get')).status).toBe(200);
    member.client = clients.at(-1)!;
    expect(await state.entries('session.revoked')).toBeGreaterThan(0);
  });
});

describe('[S-04] sessions end', () => {
  const travel = async (client: ApiClient, column: 'expires_at' | 'ends_at', by: string) => {
    const sid = client.cookie.split('=')[1]!.split('.')[0]!;
    const moved = await state.audited(
      (tx) => tx`update sessions set ${tx(column)} = now() + ${by}::interval where sid = ${sid} returning sid`
    );
    expect(moved).toHaveLength(1);
  };
  const fresh = async () => {
    const client = app.anonymous();
    await client.call('auth.signIn', { email: member.email, password: PASSWORD });
    return client;
  };

  test('an hour after the last use', async () => {
    const client = await fresh();
    const [row] =
      await state.sql`select extract(epoch from expires_at - now())::int as idle, extract(epoch from ends_at - now())::int as absolute
      from sessions where sid = ${client.cookie.split('=')[1]!.split('.')[0]!}`;
    expect(row!['idle']).toBeGreaterThan(3500);
    expect(row!['idle']).toBeLessThanOrEqual(3600);
    expect(row!['absolute']).toBeGreaterThan(43_100);
    expect(row!['absolute']).toBeLessThanOrEqual(43_200);
    await travel(client, 'expires_at', '-1 second');
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(await client.refused('me.active')).toEqual({ code: 'auth/signed-out' });
  });

  test('use moves that hour, looking does not', async () => {
    const client = await fresh();
    await travel(client, 'expires_at', '10 minutes');
    const idle = async () =>
      (
        await state.sql`select extract(epoch from expires_at - now())::int as s from sessions where sid = ${client.cookie.split('=')[1]!.split('.')[0]!}`
      )[0]!['s'] as number;
    await client.call('me.get');
    await client.call('roles.list');
    expect(await idle()).toBeLessThanOrEqual(600);
    await client.call('me.active');
    expect(await idle()).toBeGreaterThan(3500);
  });

  test('twelve hours after it began, however much it is used', async () => {
    const client = await fresh();
    await travel(client, 'ends_at', '5 minutes');
    await client.call('me.active');
    const [row] =
      await state.sql`select expires_at <= ends_at as capped from sessions where sid = ${client.cookie.split('=')[1]!.split('.')[0]!}`;
    expect(row).toEqual({ capped: true });
    await travel(client, 'ends_at', '-1 second');
    expect(await client.refused('me.active')).toEqual({ code: 'auth/signed-out' });
    expect(await client.refused('roles.create', { name: 'Too late' })).toEqual({ code: 'auth/signed-out' });
  });

  test('with the person: suspended means out', async () => {
    const { id, client } = await app.person('Jonas Weber', 'admin');
    await state.audited((tx) => tx`update administrators set status = 'suspended' where id = ${id}`);
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(await client.refused('roles.create', { name: 'Not any more' })).toEqual({
      code: 'auth/signed-out'
    });
  });
});

describe('[OWN-1] setup', () => {
  const person = (n: number) => ({
    name: `Candidate ${n}`,
    email: `candidate${n}@northwind.example`,
    password: PASSWORD
  });

  test('setup takes its token, of 20 at once makes one owner, and closes', async () => {
    await using bare = await startTestConsole({ bare: true });
    const look = openState(bare.databaseUrl);
    const anybody = bare.anonymous();
    expect(await anybody.call('setup.status')).toMatchObject({ needed: true });
    for (const token of ['', 'wrong', `${SETUP_TOKEN} `, SETUP_TOKEN.toUpperCase(), SETUP_TOKEN.slice(0, -1)])
      expect(await anybody.refused('setup.createOwner', { token, ...person(0) })).toEqual({
        code: 'auth/setup-token'
      });
    await look.sql`update setup_tokens set expires_at = now() - interval '1 second'`;
    expect(await anybody.refused('setup.createOwner', { token: SETUP_TOKEN, ...person(0) })).toEqual({
      code: 'auth/setup-token'
    });
    expect(await look.entries('setup.denied')).toBe(6);
    await look.sql`update setup_tokens set expires_at = now() + interval '1 hour'`;
    expect(
      await anybody.refused('setup.createOwner', { token: SETUP_TOKEN, ...person(0), password: 'short' })
    ).toMatchObject({
      field: 'password'
    });
    expect(await look.sql`select 1 from administrators`).toHaveLength(0);

    const tries = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        bare.anonymous().try('setup.createOwner', { token: SETUP_TOKEN, ...person(n) })
      )
    );
    expect(tries.filter((each) => each.status === 200)).toHaveLength(1);
    expect(new Set(tries.flatMap((each) => (each.refusal ? [each.refusal.code] : [])))).toEqual(
      new Set(['auth/setup-closed'])
    );
    expect(await look.sql`select owner, role_id, status from administrators`).toEqual([
      { owner: true, role_id: 'super_administrator', status: 'active' }
    ]);
    expect(await look.sql`select 1 from sessions`).toHaveLength(1);
    expect(await look.entries('setup.owner')).toBe(1);
    expect(await look.sql`select 1 from setup_tokens`).toHaveLength(0);
    expect(await anybody.call('setup.status')).toMatchObject({ needed: false });
    expect(
      await anybody.refused('setup.createOwner', { op: randomUUID(), token: SETUP_TOKEN, ...person(1) })
    ).toEqual({
      code: 'auth/setup-closed'
    });
    await look.close();
  });
});

test('[LOG-1] signing in over a live session ends it, with an entry of its own', async () => {
  const { client, email } = await app.person('Twice Signed', 'support');
  const before = client.cookie;
  await client.call('auth.signIn', { email, password: PASSWORD });
  const old = app.anonymous();
  old.cookie = before;
  expect(await old.refused('me.get')).toEqual({ code: 'auth/signed-out' });
  await state.settled();
  const { entries } = await app.owner.call<{
    entries: { action: string; actor: { name: string }; detail: string }[];
  }>('log.list', { action: 'session.revoked', view: 'authentication' });
  expect(entries[0]).toMatchObject({
    actor: { name: 'Twice Signed' },
    detail: expect.stringContaining('Signed in again')
  });
});

test('[LIV-4] the same operation with another password is another operation', async () => {
  const op = randomUUID();
  const person = { op, name: 'Twice Sent', email: 'twice@northwind.example', roleId: 'support' };
  const first = await app.owner.call<{ id: string }>('administrators.create', {
    ...person,
    password: 'the first sentence that came to mind'
  });
  expect(
    await app.owner.call('administrators.create', {
      ...person,
      password: 'the first sentence that came to mind'
    })
  ).toMatchObject({ id: first.id });
  expect(
    await app.owner.refused('administrators.create', {
      ...person,
      password: 'quite another sentence altogether'
    })
  ).toEqual({ code: 'input/op-reused', field: 'op' });
});
