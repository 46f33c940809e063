import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoryGround } from '../faults/ledger/ground';
import { mutate, MUTATIONS } from '../faults/ledger/mutations';
import { trials } from '../support/trials';
import { playStories, type Found } from '../faults/ledger/play';

// [QUO-3] [QUO-4] Endpoints, ledger and crashes in virtual time, on a real Postgres, judged by a plain list of what
// was granted (docs/decisions/0054). `npm run faults -- --only ledger --seed N --runs N` plays other stories, and
// more.

const SEED = Number(process.env['FAULTS_SEED'] ?? 1);
const RUNS = Number(process.env['LEDGER_RUNS'] ?? 40);
/** Number of stories within which each fault is found. */
const MOST = trials(40, 200);

let ground: StoryGround;
beforeAll(async () => {
  ground = await StoryGround.open();
});
afterAll(() => ground.close());

/** Report of a finding, for people: the seed, and the end of its story; null: nothing was found. */
const said = (found: Found | null) =>
  found && [`seed ${found.seed}`, ...found.problems, ...found.told.slice(-40)].join('\n');

test(`[QUO-4] ${RUNS} stories from seed ${SEED} on: nothing is granted that must not be, nothing is stranded`, async () => {
  expect(said(await playStories(ground, { from: SEED, runs: RUNS }))).toBeNull();
});

// Asks that were not decided turned their accounts (0041); a clock put back into a month that had turned forgot what
// was charged later in it (0042); the list kept holds alive that were told to be over.
test.each([990_057, 990_482, 991_082, 500_028])(
  '[QUO-4] a story that once went wrong: seed %i',
  async (seed) => {
    expect(said(await playStories(ground, { from: seed, runs: 1 }))).toBeNull();
  }
);

describe('[QUO-4] a fault is found', () => {
  test.each(MUTATIONS.map((mutation) => [mutation.what, mutation] as const))('%s', async (_, mutation) => {
    const mend = await mutate(ground.sql, mutation);
    const found = await playStories(ground, { from: SEED, runs: MOST, run: mutation.run }).finally(mend);
    expect(found?.problems[0], `not in ${MOST} stories`).toBeDefined();
    // Without the fault the same story is in order.
    expect(said(await playStories(ground, { from: found!.seed, runs: 1 }))).toBeNull();
  });
});
