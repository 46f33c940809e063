import './require-node.mjs';

// The long fault campaign: `npm run faults -- --seed N --runs N --postgres N --apps 1|2`. A seed repeats the choices
// of an earlier run; the moments at which they fall are the machine's. First come plots of administrators against the
// rules, without faults. Last comes a real browser that is killed in mid-edit, again and again.

const { parseArgs } = await import('node:util');
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    /** Kills of the program. */
    runs: { type: 'string', default: '200' },
    /** Blows at Postgres. */
    postgres: { type: 'string', default: '50' },
    /** Only one of the two: one app with its embedded database, or two apps on one database. */
    apps: { type: 'string' },
    /**
     * One campaign alone, `log`, `collusion`, `browser`, `simulation` and `ledger` with `--runs N`: `log`, writers and
     * sequencers killed; `tampering`, its verifier; `races`, people against each other; `floods`, 10,000 wrong sign-ins
     * and denials; `decisions`, questions of programs; `platform`, 200 ticks in a browser; `slow-pages`, a slow device.
     */
    only: { type: 'string' }
  }
});

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
  const { runCampaign } = await load('campaign.ts');
  const { reportOf } = await load('report.ts');
  const { chooseSeed } = await load('random.ts');

  const seed = chooseSeed(values.seed);
  /** Runs in virtual time are short: of them a release asks for many more. */
  const stories = values.runs === '200' ? 100_000 : Number(values.runs);
  if (values.only === 'simulation') {
    if (await simulate(seed, stories)) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'ledger') {
    if (await ledger(seed, values.runs === '200' ? 10_000 : Number(values.runs))) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'browser') {
    if (await killBrowsers(Number(values.runs))) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'floods') {
    if (await floods()) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'decisions') {
    if (await decisions()) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'speeds') {
    if (await speeds()) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'slow-pages') {
    if (await slowPages()) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'platform') {
    if (await platform()) process.exitCode = 1;
    process.exit();
  }
  if (values.only === 'log') {
    if (await killLogProcesses(seed, Number(values.runs))) process.exitCode = 1;
    process.exit();
  }
  const { tamper } = await load('tampering.ts');
  if (values.only === undefined || values.only === 'tampering') {
    const trials = values.only === 'tampering' && values.runs !== '200' ? Number(values.runs) : 10_000;
    const { missed, kinds } = await tamper(seed, trials);
    console.log(
      `Tampering with seed ${seed}: ${trials} of ${Object.keys(kinds).length} kinds, ${missed.length} not found`
    );
    for (const { kind, run } of missed.slice(0, 20)) console.log(`  ${kind} (run ${run})`);
    if (missed.length > 0) process.exitCode = 1;
  }
  if (values.only === 'tampering') process.exit();
  const { plots } = await load('collusion.ts');
  const plotted = values.only === 'collusion' ? Number(values.runs) : 100_000;
  const plot = plots(seed, plotted);
  console.log(
    `Plots of administrators with seed ${seed}: ${plotted}, ${plot ? 'one gained something' : 'nothing gained'}`
  );
  if (plot) {
    console.log(JSON.stringify(plot, null, 2));
    process.exitCode = 1;
  }
  if (values.only === 'collusion') process.exit();
  if (await lostRaces()) process.exitCode = 1;
  if (values.only === 'races') process.exit();
  if (await floods()) process.exitCode = 1;
  if (await decisions()) process.exitCode = 1;
  if (await platform()) process.exitCode = 1;
  const kinds = values.apps === undefined ? [1, 2] : [Number(values.apps)];
  const share = (/** @type {string} */ total) => Math.ceil(Number(total) / kinds.length);
  for (const apps of kinds) {
    console.log(`Campaign with seed ${seed}, ${apps === 1 ? 'one app' : 'two apps'}`);
    const report = await runCampaign({
      seed,
      appKills: share(values.runs),
      databaseKills: share(values.postgres),
      apps,
      say: (/** @type {string} */ line) => console.log(`  ${line}`)
    });
    console.log(reportOf(report).join('\n'));
    if (report.problems.length > 0) process.exitCode = 1;
  }
  if (await killLogProcesses(seed, Number(values.runs))) process.exitCode = 1;
  if (await simulate(seed, stories)) process.exitCode = 1;
  if (await ledger(seed, 10_000)) process.exitCode = 1;
  if (await killBrowsers(Math.ceil(Number(values.runs) / 4))) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();

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

/** @param {number} rounds */
async function killBrowsers(rounds) {
  const { runBrowserCampaign } = await load('browser-campaign.ts');
  const { browserReportOf } = await load('browser-report.ts');
  const seed = (await load('random.ts')).chooseSeed(values.seed);
  console.log(`Chromium killed in mid-edit, with seed ${seed}`);
  const report = await runBrowserCampaign({
    seed,
    rounds,
    say: (/** @type {string} */ line) => console.log(`  ${line}`)
  });
  console.log(browserReportOf(report).join('\n'));
  return report.problems.length > 0;
}

/**
 * Three writers and two sequencers on a Postgres of their own, killed again and again.
 * @param {number} seed
 * @param {number} kills
 */
async function killLogProcesses(seed, kills) {
  const { onOwnPostgres } = await load('own-postgres.ts');
  const { runLogCampaign, logReportOf } = await load('log-campaign.ts');
  console.log(`Writers and sequencers of the log, with seed ${seed}`);
  const report = await onOwnPostgres((/** @type {string} */ url, /** @type {string} */ folder) =>
    runLogCampaign({
      url,
      folder,
      seed,
      kills,
      say: (/** @type {string} */ line) => console.log(`  ${line}`)
    })
  );
  console.log(logReportOf(report).join('\n'));
  return report.problems.length > 0;
}

/**
 * Edits over a bad network, in virtual time: other seeds than those of `npm test`.
 * @param {number} seed
 * @param {number} runs
 */
async function simulate(seed, runs) {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['FAULTS_SEED'] = String(seed);
  process.env['SIMULATION_RUNS'] = String(runs);
  process.env['SIMULATION_MODEL_SEEDS'] = '100';
  const { failed } = await runVitest(['--project', 'simulation', '--testTimeout', String(24 * 3_600_000)]);
  return failed > 0;
}

/**
 * Endpoints, ledger and crashes in virtual time, the faults that must be found, and a million greedy senders beside
 * the rule of the hour.
 * @param {number} seed
 * @param {number} runs
 */
async function ledger(seed, runs) {
  const { runVitest } = await import('./run-vitest.mjs');
  console.log(`Endpoints and ledger in virtual time, with seed ${seed}`);
  process.env['FULL_TRIALS'] = '1';
  process.env['FAULTS_SEED'] = String(seed);
  process.env['LEDGER_RUNS'] = String(runs);
  const { failed } = await runVitest([
    'tests/endurance/ledger-stories.test.ts',
    'src/lib/core/quotas/rolling-hour.test.ts',
    '--testTimeout',
    String(24 * 3_600_000)
  ]);
  return failed > 0;
}

/**
 * Ten thousand wrong sign-ins, from one address and from fifty, and as many denials: how many entries they add, and
 * who gets in.
 */
async function floods() {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['FULL_TRIALS'] = '1';
  const { failed } = await runVitest([
    'tests/integration/sign-in-flood.test.ts',
    'tests/integration/repeated-denials.test.ts'
  ]);
  return failed > 0;
}

/**
 * A million questions of the API, the client package and an oracle, a tenth of them of the Access page, 100,000
 * tables of routes, 100,000 mutated requests, a process that stands still for 30 s, and a fifth of the notifications
 * lost.
 */
async function decisions() {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['FULL_TRIALS'] = '1';
  const { failed } = await runVitest([
    'src/lib/core/access/decisions',
    'packages/client/src/local/evaluate.test.ts',
    'tests/endurance/decisions.test.ts',
    'tests/endurance/fuzzed-endpoints.test.ts',
    '--maxWorkers',
    '1',
    '--testTimeout',
    String(3_600_000)
  ]);
  return failed > 0;
}

/**
 * 200 ticks in a browser that another program asks a second process about, which misses a fifth of what it is told;
 * and 20 while it is cut off.
 */
async function platform() {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['FULL_TRIALS'] = '1';
  if (values.seed !== undefined) process.env['FAULTS_SEED'] = values.seed;
  const { failed } = await runVitest([
    'tests/e2e/decisions-live.test.ts',
    '--testTimeout',
    String(3_600_000)
  ]);
  return failed > 0;
}

/** The tests of `npm test` in which something takes a second or two at most: held to it, where nothing else runs. */
async function speeds() {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['FULL_TRIALS'] = '1';
  const { failed } = await runVitest([
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
  return failed > 0;
}

/** Every test of a browser, whose pages compute six times slower: what comes between two of their steps comes here. */
async function slowPages() {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['ROLECALL_TEST_SLOWDOWN'] = '6';
  const { failed } = await runVitest(['--project', 'e2e', '--testTimeout', String(3_600_000)]);
  return failed > 0;
}

/** The tests of `npm test` that chance has a hand in, with as many trials as a release asks for. */
async function lostRaces() {
  const { runVitest } = await import('./run-vitest.mjs');
  process.env['FULL_TRIALS'] = '1';
  const { failed } = await runVitest([
    'tests/integration/last-super-races.test.ts',
    'tests/integration/throttling.test.ts',
    'tests/sync/revocation.test.ts',
    'tests/sync/live-feed.test.ts',
    // With the machine to themselves: they measure.
    '--maxWorkers=1'
  ]);
  return failed > 0;
}
