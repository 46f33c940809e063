import { runVitest } from './run-vitest.mjs';

/**
 * `seed`: repeats the choices of an earlier run. `runs`: how many times, where it was said. Of the campaign `kills`:
 * `postgres`, blows at the database, and `apps`, one or two apps instead of first one, then two.
 * @typedef {{ seed: number, runs: number | undefined, postgres: number, apps: 1 | 2 | undefined }} Given
 */

/**
 * Campaigns by the name that `--only` takes, in the order in which all of them run; each answers whether something
 * was wrong.
 * @type {Readonly<Record<string, (given: Given) => Promise<boolean>>>}
 */
export const CAMPAIGNS = {
  tampering,
  collusion,
  races,
  floods,
  decisions,
  platform,
  kills,
  log,
  simulation,
  ledger,
  browser,
  speeds,
  'slow-pages': slowPages
};

/**
 * Damaged logs, each of which the verifier must find.
 * @param {Given} given
 */
async function tampering({ seed, runs = 10_000 }) {
  const { tamper } = await load('tampering.ts');
  const { missed, kinds } = await tamper(seed, runs);
  console.log(
    `Tampering with seed ${seed}: ${runs} of ${Object.keys(kinds).length} kinds, ${missed.length} not found`
  );
  for (const { kind, run } of missed.slice(0, 20)) console.log(`  ${kind} (run ${run})`);
  return missed.length > 0;
}

/**
 * Plots of administrators against the rules, without faults: none of them may gain anything.
 * @param {Given} given
 */
async function collusion({ seed, runs = 100_000 }) {
  const { plots } = await load('collusion.ts');
  const plot = plots(seed, runs);
  console.log(
    `Plots of administrators with seed ${seed}: ${runs}, ${plot ? 'one gained something' : 'nothing gained'}`
  );
  if (plot) console.log(JSON.stringify(plot, null, 2));
  return plot !== null;
}

/**
 * Tests of `npm test` that chance has a hand in, with as many trials as a release asks for.
 * @param {Given} given
 */
function races({ seed }) {
  return fullTrials(seed, [
    'tests/integration/last-super-races.test.ts',
    'tests/integration/throttling.test.ts',
    'tests/sync/revocation.test.ts',
    'tests/sync/live-feed.test.ts',
    // With the machine to themselves: they measure.
    '--maxWorkers=1'
  ]);
}

/**
 * Ten thousand wrong sign-ins, from one address and from fifty, and as many denials: how many entries they add, and
 * who gets in.
 * @param {Given} given
 */
function floods({ seed }) {
  return fullTrials(seed, [
    'tests/integration/sign-in-flood.test.ts',
    'tests/integration/repeated-denials.test.ts'
  ]);
}

/**
 * A million questions of the API, the client package and an oracle, a tenth of them of the Access page, 100,000
 * tables of routes, 100,000 mutated requests, a process that stands still for 30 s, and a fifth of the notifications
 * lost.
 * @param {Given} given
 */
function decisions({ seed }) {
  return fullTrials(seed, [
    'src/lib/core/access/decisions',
    'packages/client/src/local/evaluate.test.ts',
    'tests/endurance/decisions.test.ts',
    'tests/endurance/fuzzed-endpoints.test.ts',
    '--maxWorkers=1',
    ...within(1)
  ]);
}

/**
 * 200 ticks in a browser that another program asks a second process about, which misses a fifth of what it is told;
 * and 20 while it is cut off.
 * @param {Given} given
 */
function platform({ seed }) {
  return fullTrials(seed, ['tests/e2e/decisions-live.test.ts', ...within(1)]);
}

/**
 * The program killed while it is written to, and blows at its Postgres: one app with its embedded database, then two
 * apps on one database.
 * @param {Given} given
 */
async function kills({ seed, runs = 200, postgres, apps }) {
  const { runCampaign } = await load('campaign.ts');
  const { reportOf } = await load('report.ts');
  const kinds = apps === undefined ? [1, 2] : [apps];
  const share = (/** @type {number} */ total) => Math.ceil(total / kinds.length);
  let isWrong = false;
  for (const each of kinds) {
    console.log(`Campaign with seed ${seed}, ${each === 1 ? 'one app' : 'two apps'}`);
    const blows = { appKills: share(runs), databaseKills: share(postgres) };
    const report = await runCampaign({ seed, ...blows, apps: each, say });
    console.log(reportOf(report).join('\n'));
    isWrong = report.problems.length > 0 || isWrong;
  }
  return isWrong;
}

/**
 * Three writers and two sequencers on a Postgres of their own, killed again and again.
 * @param {Given} given
 */
async function log({ seed, runs = 200 }) {
  const { onOwnPostgres } = await load('own-postgres.ts');
  const { runLogCampaign, logReportOf } = await load('log-campaign.ts');
  console.log(`Writers and sequencers of the log, with seed ${seed}`);
  const report = await onOwnPostgres((/** @type {string} */ url, /** @type {string} */ folder) =>
    runLogCampaign({ url, folder, seed, kills: runs, say })
  );
  console.log(logReportOf(report).join('\n'));
  return report.problems.length > 0;
}

/**
 * Edits over a bad network, in virtual time: other seeds than those of `npm test`.
 * @param {Given} given
 */
function simulation({ seed, runs = 100_000 }) {
  const env = { FAULTS_SEED: String(seed), SIMULATION_RUNS: String(runs), SIMULATION_MODEL_SEEDS: '100' };
  return hasFailed(['--project', 'simulation', ...within(24)], env);
}

/**
 * Endpoints, ledger and crashes in virtual time, the faults that must be found, and a million greedy senders beside
 * the rule of the hour.
 * @param {Given} given
 */
function ledger({ seed, runs = 10_000 }) {
  console.log(`Endpoints and ledger in virtual time, with seed ${seed}`);
  return fullTrials(
    seed,
    ['tests/endurance/ledger-stories.test.ts', 'src/lib/core/quotas/rolling-hour.test.ts', ...within(24)],
    { LEDGER_RUNS: String(runs) }
  );
}

/**
 * A real browser that is killed in mid-edit, again and again, behind a proxy that damages its connections.
 * @param {Given} given
 */
async function browser({ seed, runs = 50 }) {
  const { runBrowserCampaign } = await load('browser-campaign.ts');
  const { browserReportOf } = await load('browser-report.ts');
  console.log(`Chromium killed in mid-edit, with seed ${seed}`);
  const report = await runBrowserCampaign({ seed, rounds: runs, say });
  console.log(browserReportOf(report).join('\n'));
  return report.problems.length > 0;
}

/**
 * Tests of `npm test` in which something takes a second or two at most: held to it, where nothing else runs.
 * @param {Given} given
 */
function speeds({ seed }) {
  return fullTrials(seed, [
    'tests/integration/authority-view.test.ts',
    'tests/integration/decisions-users.test.ts',
    'tests/integration/embedded-postgres.test.ts',
    'tests/integration/log-integrity.test.ts',
    'tests/integration/program-endpoints.test.ts',
    'tests/integration/snapshot.test.ts',
    'tests/sync/fuzzed-frames.test.ts',
    'tests/endurance/gateway-limits.test.ts',
    '--maxWorkers=1'
  ]);
}

/** Every test of a browser, whose pages compute six times slower: what comes between two of their steps comes here. */
function slowPages() {
  return hasFailed(['--project', 'e2e', ...within(1)], { ROLECALL_TEST_SLOWDOWN: '6' });
}

/**
 * Runs tests with as many trials as a release asks for.
 * @param {number} seed
 * @param {string[]} args filters and options, as vitest takes them
 * @param {Record<string, string>} [env]
 */
function fullTrials(seed, args, env = {}) {
  return hasFailed(args, { FULL_TRIALS: '1', ...seeded(seed), ...env });
}

/** Variables from which tests take their seed. */
const SEEDS = ['FAULTS_SEED', 'DECISIONS_SEED', 'CLIENT_SEED', 'USERS_SEED', 'FUZZ_SEED'];

/** @param {number} seed */
function seeded(seed) {
  return Object.fromEntries(SEEDS.map((name) => [name, String(seed)]));
}

/** @param {string[]} args @param {Record<string, string>} env */
async function hasFailed(args, env) {
  const { failed } = await runVitest(args, env);
  return failed > 0;
}

/**
 * Options for tests that may take so many hours each.
 * @param {number} hours
 */
function within(hours) {
  return ['--testTimeout', String(hours * 3_600_000)];
}

/**
 * A module of the campaigns, which are written in TypeScript.
 * @param {string} path
 */
async function load(path) {
  const { runnerImport } = await import('vite');
  const file = new URL(`../tests/faults/${path}`, import.meta.url).pathname;
  const $lib = new URL('../src/lib', import.meta.url).pathname;
  const config = { configFile: /** @type {const} */ (false), logLevel: /** @type {const} */ ('error') };
  return (await runnerImport(file, { ...config, resolve: { alias: { $lib } } })).module;
}

/** @param {string} line */
function say(line) {
  console.log(`  ${line}`);
}
