import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client';
import { INITIAL_PASSWORD, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { differ } from '../support/mann-whitney';
import { openState, type StateProbe } from '../support/state';
import { hashAtFullCost } from '../support/quick-argon2';
import { trials, TRIALS_TIMEOUT } from '../support/trials';

hashAtFullCost();

let app: TestConsole;
/** A second process on the same database. */
let other: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  // Behind a proxy, so that each guess can come from an address of its own.
  const env = { TRUSTED_PROXIES: '127.0.0.1' };
  app = await startTestConsole({ env });
  other = await startTestConsole({ env, databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await other.stop();
  await app.stop();
});
beforeEach(() => state.forgetTries());

/** A sign-in from an address. */
async function guess(
  at: TestConsole,
  email: string,
  password: string,
  from: string,
  cookie = ''
): Promise<{ status: number; code: string | null }> {
  const response = await fetch(`${at.origin}/trpc/auth.signIn`, {
    method: 'POST',
    headers: { origin: at.origin, 'content-type': 'application/json', 'x-forwarded-for': from, cookie },
    body: JSON.stringify({ email, password })
  });
  const body = (await response.json()) as { error?: { data?: { refusal?: { code: string } } } };
  return { status: response.status, code: body.error?.data?.refusal?.code ?? null };
}
const address = (n: number) => `198.51.${Math.floor(n / 250) % 250}.${(n % 250) + 1}`;

/** Number of times a password of this account was compared, as the log says. */
async function compared(email: string): Promise<number> {
  const [row] = await state.sql<
    { n: number }[]
  >`select count(*)::int as n from audit.entry e join audit.pii p using (n)
    where e.doc->>'action' = 'auth.sign_in_failed' and e.doc->>'reason' in ('wrong-password', 'unknown-account')
    and convert_from(p.doc, 'UTF8')::jsonb->>'email' = ${email}`;
  return row!.n;
}

/** Lets a block that tries have earned last, however long they took. @param subject as SQL compares it */
async function block(subject: string): Promise<void> {
  const rows = await state.sql`update throttle set blocked_until = now() + interval '10 minutes'
    where subject like ${subject} and blocked_until is not null returning subject`;
  expect(rows).not.toHaveLength(0);
}

/** Runs guesses, so many at a time, alternately at both processes. */
async function guessAll(
  email: string,
  count: number,
  between?: (n: number) => Promise<unknown>
): Promise<Set<string>> {
  const codes = new Set<string>();
  const AT_ONCE = 20;
  for (let from = 0; from < count; from += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) =>
        guess(n % 2 === 0 ? app : other, email, `a guess at it, number ${from + n}`, address(from + n))
      )
    );
    for (const { status, code } of answers) codes.add(code ?? `status ${status}`);
    await between?.(from);
  }
  return codes;
}

test(
  '[SECURITY A-07] 10,000 guesses at two processes, from as many addresses, reach the password at most 100 times',
  { timeout: TRIALS_TIMEOUT },
  async () => {
    const victim = await app.person('Vic Timm', 'support');
    await state.forgetTries();
    // The guesser waits as long as it takes: what slows down is over at once, what counts in a row stays.
    const wait =
      () => state.sql`update throttle set blocked_until = least(blocked_until, now()), since = now() - interval '1 hour'
      where subject not like 'row:%'`;
    const codes = await guessAll(victim.email, trials(480, 10_000), wait);
    expect([...codes].sort()).toEqual(['auth/locked', 'auth/throttled', 'auth/wrong-credentials'].sort());
    const tries = await compared(victim.email);
    expect(tries).toBeLessThanOrEqual(100);
    expect(tries).toBeGreaterThan(50);

    // Whoever has been there before is counted apart, and still gets in.
    const known = victim.client.device;
    expect(known).not.toBe('');
    expect(await guess(other, victim.email, PASSWORD, address(9999))).toMatchObject({ code: 'auth/locked' });
    expect((await guess(other, victim.email, PASSWORD, address(9999), known)).status).toBe(200);
  }
);

test('[SECURITY A-07] without waiting it is five or so; neither a batch nor a second process gives more', async () => {
  const victim = await app.person('Vera Victim', 'support');
  await state.forgetTries();
  const began = performance.now();
  await guessAll(victim.email, 200);
  // Each wait is twice as long as the one before: a slow machine sees some more of them end.
  const waits = Math.ceil(Math.log2(1 + (performance.now() - began) / 1000));
  expect(await compared(victim.email)).toBeLessThanOrEqual(7 + waits);
  for (const path of ['auth.signIn,auth.signIn', 'me.get,auth.signIn']) {
    const response = await fetch(`${app.origin}/trpc/${path}?batch=1`, {
      method: 'POST',
      headers: { origin: app.origin, 'content-type': 'application/json' },
      body: JSON.stringify({
        0: { email: victim.email, password: 'x' },
        1: { email: victim.email, password: 'y' }
      })
    });
    expect(response.status).toBe(400);
  }
});

test('[SECURITY A-07] a locked account says so, and another administrator opens it; an unknown one is counted alike', async () => {
  const victim = await app.person('Lou Locked', 'support');
  const unknown = 'nobody.at.all@northwind.example';
  for (const email of [victim.email, unknown]) {
    await state.sql`insert into throttle (subject, failures, since, blocked_until)
      values (${`row:${email}`}, 99, now(), now())
      on conflict (subject) do update set failures = 99, blocked_until = now()`;
    const answers: (string | null)[] = [];
    for (let n = 0; n < 3; n++) {
      await state.sql`delete from throttle where subject not like 'row:%'`;
      answers.push((await guess(app, email, `wrong ${n}`, address(n))).code);
    }
    expect(answers).toEqual(['auth/wrong-credentials', 'auth/locked', 'auth/locked']);
  }
  expect(await guess(app, victim.email, PASSWORD, address(7))).toEqual({ status: 403, code: 'auth/locked' });
  const { lockedOut } = await app.owner.call<{ lockedOut: boolean }>('administrators.get', { id: victim.id });
  expect(lockedOut).toBe(true);
  await app.owner.call('administrators.unlock', { id: victim.id });
  expect((await guess(app, victim.email, PASSWORD, address(8))).status).toBe(200);
});

test('[SECURITY A-07] a device of somebody else, or one made up, is not known', async () => {
  const [victim, thief] = [
    await app.person('Dee Vice', 'support'),
    await app.person('Theo Thief', 'support')
  ];
  await state.forgetTries();
  const made = `__Host-rolecall-device=${Buffer.alloc(32, 5).toString('base64url')}`;
  for (const cookie of [
    thief.client.device,
    made,
    '__Host-rolecall-device=%E0%A4%A',
    '__Host-rolecall-device='
  ]) {
    await state.forgetTries();
    for (let n = 0; n < 8; n++) await guess(app, victim.email, 'a wrong one', address(n), cookie);
    const subjects = await state.sql<{ subject: string }[]>`select subject from throttle`;
    expect(subjects.some(({ subject }) => subject.startsWith('device:'))).toBe(false);
    await block(`account:${victim.email}`);
    expect((await guess(app, victim.email, PASSWORD, address(99), cookie)).code).toBe('auth/throttled');
  }
});

test('[SECURITY A-07] who guesses from a known device is slowed down, too', async () => {
  const victim = await app.person('Kim Known', 'support');
  await state.forgetTries();
  const wrong = (n: number) => guess(app, victim.email, 'a wrong one', address(n), victim.client.device);
  for (let n = 0; n < 8; n++) await wrong(n);
  await block('device:%');
  expect((await wrong(8)).code).toBe('auth/throttled');
  await state.forgetTries();
  expect((await guess(app, victim.email, PASSWORD, address(50), victim.client.device)).status).toBe(200);
});

test('[SECURITY A-07] a device that guesses a hundred times in a row is known no longer; the account is not closed by it', async () => {
  const victim = await app.person('Ruth Row', 'support');
  await state.forgetTries();
  const { device } = victim.client;
  for (let n = 0; n < 99; n++) {
    // As if the waits in between were over.
    await state.sql`update throttle set blocked_until = now() where subject like 'device:%'`;
    expect((await guess(app, victim.email, 'a wrong one', address(1), device)).code).not.toBe('auth/locked');
  }
  const subjects = async () =>
    (await state.sql<{ subject: string }[]>`select subject from throttle order by 1`).map(
      (row) => row.subject
    );
  expect(await subjects()).not.toContain(`account:${victim.email}`);
  const last = async () => {
    await state.sql`update throttle set blocked_until = now() where subject like 'device:%'`;
    return guess(app, victim.email, 'a wrong one', address(1), device);
  };
  expect((await last()).code).toBe('auth/wrong-credentials');
  // From here on it counts as any browser does.
  expect((await last()).code).toBe('auth/wrong-credentials');
  expect(await subjects()).toContain(`account:${victim.email}`);
  // Nobody else's way in is closed, and a right password makes the device known again.
  expect((await guess(app, victim.email, PASSWORD, address(2))).status).toBe(200);
  expect((await guess(app, victim.email, PASSWORD, address(1), device)).status).toBe(200);
  expect((await subjects()).filter((subject) => subject.startsWith('row:'))).toEqual([]);
});

test('[SECURITY A-07] a browser does not name itself: a cookie that is not from here is replaced at a sign-in', async () => {
  const [first, second] = [
    await app.person('Fay First', 'support'),
    await app.person('Seth Second', 'support')
  ];
  await state.forgetTries();
  const made = `__Host-rolecall-device=${Buffer.alloc(32, 6).toString('base64url')}`;
  const client = app.anonymous();
  client.device = made;
  await client.call('auth.signIn', { email: first.email, password: PASSWORD });
  const given = client.device;
  expect(given).toMatch(/^__Host-rolecall-device=[\w-]{43}$/);
  expect(given).not.toBe(made);
  // The same browser, the same person, then somebody else: it keeps its name.
  await client.call('auth.signIn', { email: first.email, password: PASSWORD });
  await client.call('auth.signIn', { email: second.email, password: PASSWORD });
  expect(client.device).toBe(given);
  // What was made up is known to nobody.
  await state.forgetTries();
  await guess(app, first.email, 'a wrong one', address(1), made);
  await guess(app, second.email, 'a wrong one', address(1), given);
  const devices = await state.sql`select 1 from throttle where subject like 'device:%'`;
  expect(devices).toHaveLength(1);
});

test(
  '[SECURITY A-06] how long a refusal takes says nothing of the account',
  { timeout: TRIALS_TIMEOUT },
  async () => {
    const known = await app.person('Tim Timing', 'support');
    const suspended = await app.person('Susi Suspended', 'support');
    await app.owner.call('administrators.suspend', { id: suspended.id });
    const invited = { email: 'ivy.invited@northwind.example' };
    await app.owner.call('administrators.create', {
      op: randomUUID(),
      name: 'Ivy Invited',
      roleId: 'support',
      ...invited
    });
    const fresh = { email: 'fay.fresh@northwind.example' };
    await app.owner.call('administrators.create', {
      op: randomUUID(),
      name: 'Fay Fresh',
      roleId: 'support',
      password: INITIAL_PASSWORD,
      ...fresh
    });
    const accounts = {
      unknown: 'not.there@northwind.example',
      known: known.email,
      suspended: suspended.email,
      invited: invited.email,
      fresh: fresh.email
    };
    const names = Object.keys(accounts) as (keyof typeof accounts)[];
    const clear = () => state.forgetTries();
    const client = new ApiClient(app.origin);
    const sample = async (rounds: number) => {
      const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
        keyof typeof accounts,
        number[]
      >;
      for (let n = 0; n < rounds; n++) {
        // In another order each time: whatever else the machine does hits all alike.
        for (const name of [...names.slice(n % names.length), ...names.slice(0, n % names.length)]) {
          await clear();
          const start = performance.now();
          await client.try('auth.signIn', { email: accounts[name], password: 'never the right password' });
          times[name].push(performance.now() - start);
        }
      }
      return times;
    };
    await sample(5);
    // A difference that is there shows each time; one that chance made does not.
    let suspects = names.filter((name) => name !== 'unknown');
    for (let attempt = 0; attempt < 4 && suspects.length > 0; attempt++) {
      const times = await sample(trials(attempt === 0 ? 25 : 60, 200));
      suspects = suspects.filter((name) => differ(times[name], times.unknown, 5));
    }
    expect(suspects).toEqual([]);
  }
);
