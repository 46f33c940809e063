import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchSignIns, type Visitor } from '../faults/live-feed';
import { spread } from '../faults/report';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { openState, type StateProbe } from '../support/state';
import { within } from '../support/trials';

// [LOG-3] Ten sessions sign in, an eleventh watches the feed. The long form cuts it off for half a minute.
const cutMs = process.env.FULL_TRIALS ? 30_000 : 3000;

let app: TestConsole;
let state: StateProbe;
const visitors: Visitor[] = [];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  for (let n = 0; n < 10; n++) {
    await state.forgetTries();
    const { id, email } = await app.person(`Visitor ${n}`, 'support');
    visitors.push({ id, email, password: PASSWORD });
  }
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

test('[LOG-3] sign-ins are in everybody’s feed within a second, and after an interruption each is there once', async () => {
  const { latencies, missed, caughtUp, shown } = await watchSignIns({
    watcher: app.owner,
    visitors,
    anonymous: () => app.anonymous(),
    rounds: 3,
    cutMs,
    between: () => state.forgetTries()
  });
  process.stdout.write(
    `live feed: ${latencies.length} sign-ins, ${spread(latencies)}; ${missed} missed in ${cutMs} ms, all there ${Math.round(caughtUp)} ms after\n`
  );
  expect(latencies.length).toBe(60);
  const sorted = [...latencies].sort((a, b) => a - b);
  expect(sorted[Math.ceil(sorted.length * 0.99) - 1]).toBeLessThanOrEqual(within(1000));
  expect(caughtUp).toBeLessThan(within(5000));
  // No hole, no double, in order: exactly the newest entries of the log.
  await state.settled();
  const numbers = await state.sql<{ seq: number }[]>`
    select seq::int from audit.seq join audit.entry using (n) where doc->>'action' <> 'audit.heartbeat' order by seq desc limit ${shown.length}`;
  expect(shown.map(({ id }) => id)).toEqual(numbers.map(({ seq }) => seq).reverse());
});
