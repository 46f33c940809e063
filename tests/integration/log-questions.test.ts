import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

let database: TestDatabase;
let app: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  database = await createMigratedDatabase();
  // A question waits for as long as the test looks at it, however slow the machine is.
  const patient = new URL(database.url);
  for (const limit of ['lock_timeout', 'statement_timeout']) patient.searchParams.set(limit, '120000');
  app = await startTestConsole({ databaseUrl: patient.href });
  await app.owner.call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  state = openState(database.url);
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await database.drop();
});

test('[SECURITY H-08] searches, counts and charts of the log are one at a time per person, and keep nobody else waiting', async () => {
  const sue = await app.person('Sue Super', 'super_administrator');
  // It is noted once that somebody looked: that is no question.
  await Promise.all([app.owner, sue.client].map((client) => client.call('log.list', { view: 'activity' })));
  await state.settled();
  const ask = [
    () => app.owner.try('log.list', { view: 'activity', search: 'anything' }),
    () => app.owner.try('log.count', { view: 'activity', search: 'anything' }),
    () => app.owner.try('log.chart', { view: 'activity', offset: 0 }),
    () => app.owner.try('log.signIns')
  ];
  // What keeps the index of the log up to date waits, too, and is no question.
  const waiting = async () =>
    (
      await state.sql<{ n: number }[]>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query like '%audit.fact%' and query !~* 'insert|0.::float8 from audit.fact. as last'`
    )[0]!.n;
  let answers: Promise<{ status: number }[]> = Promise.resolve([]);
  let hers: Promise<{ status: number }> = Promise.resolve({ status: 0 });
  await state.sql.begin(async (tx) => {
    // Nobody can search the log: every question takes long.
    await tx`lock table audit.fact in access exclusive mode`;
    answers = Promise.all(Array.from({ length: 24 }, (_, n) => ask[n % ask.length]!()));
    await until(async () => (await waiting()) > 0, 'a question waits');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await waiting()).toBe(1);
    // Everything else is answered, to them and to others.
    expect((await app.owner.try('me.get')).status).toBe(200);
    hers = sue.client.try('log.list', { view: 'activity', search: 'anything' });
    await until(async () => (await waiting()) === 2, 'her question is asked beside theirs');
  });
  expect((await hers).status).toBe(200);
  const statuses = (await answers).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(11);
  expect(statuses.filter((status) => status === 429)).toHaveLength(13);
});
