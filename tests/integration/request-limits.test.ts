import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { openState, type StateProbe } from '../support/state';

let app: TestConsole;
let state: StateProbe;
let nobody: TestPerson;
let other: TestPerson;

beforeAll(async () => {
  // The limits of a real console, behind a proxy, so that each request can come from an address of its own.
  const env = { TRUSTED_PROXIES: '127.0.0.1,::1', REQUESTS_PER_SESSION: '', REQUESTS_PER_ADDRESS: '' };
  app = await startTestConsole({ env });
  state = openState(app.databaseUrl);
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'No rights' });
  nobody = await app.person('Nora Nobody', id);
  other = await app.person('Olga Other', id);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

type Answer = { status: number; retryAfter: string | null; body: string };

async function ask(path: string, cookie: string, from: string | null = null): Promise<Answer> {
  const response = await fetch(`${app.origin}/trpc/${path}`, {
    headers: { cookie, ...(from === null ? {} : { 'x-forwarded-for': from }) }
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.text()
  };
}

/**
 * Asks eight at a time, so often or until enough were told to come back: however slow the machine is, the limit is
 * reached.
 */
async function askUntilTurnedAway(enough: number, one: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const line = async () => {
    while (of(answers, 429).length < enough && answers.length < 5_000) answers.push(await one());
  };
  await Promise.all(Array.from({ length: 8 }, line));
  return answers;
}

/** Asks so often, eight at a time. */
async function askAll(count: number, one: (n: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const line = async () => {
    while (next < count) answers.push(await one(next++));
  };
  await Promise.all(Array.from({ length: 8 }, line));
  return answers;
}

/** Waits until buckets of sessions are full again. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 3_500));

const of = (answers: readonly Answer[], status: number) => answers.filter((each) => each.status === status);

test('[SECURITY H-08] a session that asks too much is told when to come back; no other is touched, nothing is written', async () => {
  await rest();
  const [denied, kept, lines] = [
    await state.entries('access.denied'),
    await state.sql`select 1 from operations`,
    app.logged.length
  ];
  const start = performance.now();
  const answers = await askUntilTurnedAway(100, () =>
    ask('administrators.list?input=%7B%7D', nobody.client.cookie)
  );
  const seconds = (performance.now() - start) / 1000;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403, 429]));
  const passed = of(answers, 403).length;
  expect(passed).toBeGreaterThanOrEqual(60);
  expect(passed).toBeLessThanOrEqual(60 + 20 * seconds + 1);
  const away = of(answers, 429);
  expect(away).toHaveLength(answers.length - passed);
  expect(away.length).toBeGreaterThan(0);
  for (const { retryAfter, body } of away) {
    expect(retryAfter).toBe('1');
    const { error } = JSON.parse(body) as { error: { data: Record<string, unknown> } };
    expect(error.data).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      httpStatus: 429,
      refusal: { code: 'busy', retryAfter: 1 }
    });
  }
  // Right after it, from the same address.
  expect((await ask('me.get', other.client.cookie)).status).toBe(200);
  // What was turned away left no trace; what was not, at most its own.
  expect((await state.entries('access.denied')) - denied).toBeLessThanOrEqual(passed);
  expect(await state.sql`select 1 from operations`).toHaveLength(kept.length);
  expect(app.logged.length - lines).toBeLessThanOrEqual(passed + 1);
});

test('[SECURITY H-08] a batch of ten counts ten', async () => {
  await rest();
  const batch = `${Array<string>(10).fill('me.get').join(',')}?batch=1&input=%7B%7D`;
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(batch, other.client.cookie)));
  const seconds = (performance.now() - start) / 1000;
  expect(of(answers, 200).length).toBeGreaterThanOrEqual(6);
  expect(of(answers, 200).length).toBeLessThanOrEqual(6 + 2 * seconds + 1);
  expect(of(answers, 429).length).toBeGreaterThan(0);
});

test('[SECURITY H-08] a change that was turned away leaves its connection as it was, and can be sent again', async () => {
  // A process that allows less, so that a busy machine cannot be too slow to reach its limit.
  const slow = await startTestConsole({ databaseUrl: app.databaseUrl, env: { REQUESTS_PER_SESSION: '1' } });
  const client = slow.anonymous();
  client.cookie = other.client.cookie;
  const change = {
    op: '0196a3f0-0000-7000-8000-000000000001',
    name: 'Olga Changed',
    note: 'x'.repeat(50_000)
  };
  const codes = new Set<string | undefined>();
  for (let round = 0; round < 10 && !codes.has('busy'); round++) {
    await Promise.all(Array.from({ length: 4 }, () => client.try('me.get')));
    codes.add((await client.try('me.update', change)).refusal?.code);
  }
  expect(codes).toContain('busy');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await client.try('me.get')).status).toBe(200);
  await slow.stop();
});

test('[SECURITY H-08] an address has a limit whatever sessions it makes up; pages and other addresses do not wait', async () => {
  await rest();
  const forged = (n: number) => `__Host-rolecall=${'a'.repeat(26)}.${String(n).padStart(43, 'A')}`;
  const start = performance.now();
  const answers = await askAll(500, (n) => ask('me.get', forged(n), `2001:db8:1:1::${(n + 1).toString(16)}`));
  const seconds = (performance.now() - start) / 1000;
  const passed = 500 - of(answers, 429).length;
  expect(passed).toBeGreaterThanOrEqual(200);
  expect(passed).toBeLessThanOrEqual(200 + 50 * seconds + 1);
  expect((await ask('me.get', nobody.client.cookie, '2001:db8:1:2::1')).status).toBe(200);
  const page = await fetch(`${app.origin}/sign-in`, { headers: { 'x-forwarded-for': '2001:db8:1:1::1' } });
  expect(page.status).toBe(200);
  // Of a guessed cookie's owner nothing is used up: the real one is another value.
  expect((await ask('me.get', other.client.cookie, '198.51.100.4')).status).toBe(200);
});

test('[SECURITY H-08] whoever comes from this machine itself, without a proxy, has the limit of their session alone', async () => {
  await rest();
  const answers = await askAll(400, () => ask('setup.status', ''));
  expect(of(answers, 200)).toHaveLength(400);
});
