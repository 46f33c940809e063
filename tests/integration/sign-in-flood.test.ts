import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { INITIAL_PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { trials, TRIALS_TIMEOUT, within } from '../support/trials';
import { openUseCases } from '../support/use-cases';
import { endRefusedTries } from '../../src/lib/server/services/sign-in/refused-tries';

let app: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  // Behind a proxy, so that each try can come from an address of its own.
  app = await startTestConsole({ env: { TRUSTED_PROXIES: '127.0.0.1,::1' } });
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});
beforeEach(() => state.forgetTries());

async function signIn(email: string, password: string, from: string, at = app): Promise<number> {
  const response = await fetch(`${at.origin}/trpc/auth.signIn`, {
    method: 'POST',
    headers: { origin: at.origin, 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ email, password })
  });
  await response.text();
  return response.status;
}

const entries = async (action: string) =>
  state.sql<{ doc: { change: { path: string; new: unknown }[] }; ip: string | null }[]>`select e.doc,
    convert_from(p.doc, 'UTF8')::jsonb->>'ip' as ip from audit.entry e join audit.pii p using (n)
    where e.doc->>'action' = ${action} order by n`;
const lastEntry = async () =>
  Number((await state.sql<{ n: number }[]>`select coalesce(max(n), 0) as n from audit.entry`)[0]!.n);

/** Number of failed tries that the log and the open counters know of after an entry, each once. */
async function told(after: number): Promise<number> {
  const [row] = await state.sql<{ own: number; ended: number; counted: number; blocks: number }[]>`select
    count(*) filter (where doc->>'action' = 'auth.sign_in_failed')::int as own,
    count(*) filter (where doc->>'action' = 'auth.tries_refused')::int as ended,
    coalesce(sum((doc->'change'->0->>'new')::int) filter (where doc->>'action' = 'auth.tries_refused'), 0)::int
      + (select coalesce(sum(failures), 0)::int from throttle where subject like 'refused:%') as counted,
    (select count(*)::int from throttle where subject = 'refused') as blocks
    from audit.entry where n > ${after}`;
  // The first of each block is an entry of its own, and is counted.
  return row!.own + row!.counted - row!.ended - row!.blocks;
}

for (const addresses of [1, 50])
  test(
    `[LOG-6] [AUT-1] a flood of sign-ins from ${addresses} address(es) adds few entries, and keeps nobody out`,
    { timeout: TRIALS_TIMEOUT },
    async () => {
      const calls = trials(600, 10_000);
      const email = `nora.${addresses}@northwind.example`;
      await app.owner.call('administrators.create', {
        name: `Nora New ${addresses}`,
        email,
        roleId: 'support',
        password: INITIAL_PASSWORD
      });
      const before = await lastEntry();
      const statuses = new Set<number>();
      const began = performance.now();
      let sent = 0;
      const flood = async () => {
        while (sent < calls) {
          const n = sent++;
          const from = `203.0.113.${(n % addresses) + 1}`;
          statuses.add(await signIn(`nobody.${n}@northwind.example`, 'a wrong password', from));
        }
      };
      const flooding = Promise.all(Array.from({ length: 20 }, flood));
      // When the limit of all together is reached, or the one address is.
      while (sent < calls / 2) await new Promise((resolve) => setTimeout(resolve, 10));
      const start = performance.now();
      expect(await signIn(email, INITIAL_PASSWORD, '198.51.100.7')).toBe(200);
      const honest = performance.now() - start;
      expect(honest).toBeLessThan(within(5000));
      await flooding;
      expect([...statuses].sort()).toEqual([401, 429]);
      const added = (await lastEntry()) - before;
      process.stdout.write(
        `sign-ins: ${calls} wrong from ${addresses} address(es) in ${Math.round((performance.now() - began) / 1000)} s, ` +
          `${added} entries, an honest one after ${Math.round(honest)} ms\n`
      );
      expect(added).toBeLessThanOrEqual(100);
      expect(await told(before)).toBe(calls);
    }
  );

test('[AUT-1] the owner is told once an hour that sign-ins are refused for what all together try', async () => {
  const notices = async () =>
    state.sql<
      { administrator_id: string }[]
    >`select administrator_id from notices where kind = 'many-sign-ins'`;
  await state.sql`delete from notices where kind = 'many-sign-ins'`;
  const second = await startTestConsole({
    databaseUrl: app.databaseUrl,
    env: { TRUSTED_PROXIES: '127.0.0.1,::1' }
  });
  const flood = async (addresses: number, calls: number) => {
    const tries = Array.from({ length: calls }, (_, n) =>
      signIn(
        'nobody@northwind.example',
        'a wrong one',
        `203.0.113.${(n % addresses) + 1}`,
        n % 2 ? app : second
      )
    );
    await Promise.all(tries);
  };
  // One address is refused for itself: that is nothing to tell.
  await flood(1, 60);
  expect(await notices()).toEqual([]);
  await state.forgetTries();
  await flood(40, 160);
  expect(await notices()).toEqual([{ administrator_id: app.ownerId }]);
  await flood(40, 40);
  expect(await notices()).toHaveLength(1);
  // An hour later it goes on.
  await state.sql`update throttle set blocked_until = now() where subject = 'flood'`;
  await flood(40, 40);
  expect(await notices()).toHaveLength(2);
  await second.stop();
});

test('[LOG-6] wrong links of invitations are few entries from however many addresses, and a right one opens', async () => {
  const { link } = await app.owner.call<{ link: string }>('administrators.create', {
    name: 'Ivy Invited',
    email: 'ivy@northwind.example',
    roleId: 'support',
    invite: true
  });
  const token = link.split('#')[1]!;
  const before = await lastEntry();
  const accept = async (given: string, from: string) => {
    const response = await fetch(`${app.origin}/trpc/auth.acceptInvitation`, {
      method: 'POST',
      headers: { origin: app.origin, 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ token: given, password: 'quite another sentence for tests' })
    });
    await response.text();
    return response.status;
  };
  const answers = await Promise.all(
    Array.from({ length: 80 }, (_, n) => accept(`${token}x`, `203.0.113.${n + 1}`))
  );
  expect(answers.filter((status) => status === 429).length).toBeGreaterThanOrEqual(60);
  expect((await lastEntry()) - before).toBeLessThanOrEqual(20);
  expect(await accept(token, '203.0.113.1')).toBe(200);
});

test('[LOG-6] what was refused is one entry when its minute is over, also when its process is gone', async () => {
  const before = (await entries('auth.tries_refused')).length;
  for (let n = 0; n < 30; n++) await signIn('nobody@northwind.example', 'a wrong one', '203.0.113.9');
  for (let n = 0; n < 3; n++) await signIn('nobody@northwind.example', 'a wrong one', `198.51.100.${n + 1}`);
  const refused = (await entries('auth.sign_in_failed')).filter(({ ip }) => ip === '198.51.100.1');
  expect(refused).toEqual([]);
  await state.sql`update throttle set blocked_until = now() - interval '1 second' where subject = 'refused'`;
  // Two processes at once, neither of which counted.
  const others = await Promise.all([openUseCases(app.databaseUrl), openUseCases(app.databaseUrl)]);
  const ended = await Promise.all(others.map(({ deps }) => endRefusedTries(deps)));
  await Promise.all(others.map(({ handle }) => handle.close()));
  // The process itself looks once a minute, and may have been there first.
  expect(ended.filter(Boolean).length).toBeLessThanOrEqual(1);
  await until(async () => (await entries('auth.tries_refused')).length > before, 'it is told');
  const told = (await entries('auth.tries_refused')).slice(before);
  expect(told).toHaveLength(1);
  const change = Object.fromEntries(told[0]!.doc.change.map((each) => [each.path, each.new]));
  expect(change).toMatchObject({ addresses: 4 });
  expect(change['tries']).toBeGreaterThanOrEqual(26);
  expect(told[0]!.ip).toBe('203.0.113.9');
  expect(await state.sql`select 1 from throttle where subject like 'refused%'`).toHaveLength(0);
  // The next one begins anew.
  expect(await signIn('nobody@northwind.example', 'a wrong one', '203.0.113.9')).toBe(429);
  expect(await state.sql`select 1 from throttle where subject = 'refused'`).toHaveLength(1);
});
