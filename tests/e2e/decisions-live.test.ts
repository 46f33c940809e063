import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRolecall, type Rolecall } from '../../packages/client/src/entry';
import { startChaosProxy, CLEAR, type ChaosProxy } from '../faults/chaos-proxy';
import { chooseSeed, seeded } from '../faults/random';
import { plantPeople } from '../support/accounts';
import { plantApplication } from '../support/applications';
import { useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { trials, TRIALS_TIMEOUT } from '../support/trials';

// [DEC-2] [DEC-5] A tick in a browser at one process, and the example platform that asks another, which misses a fifth
// of what it is told: its next request is refused, and so is the next question of a client that decides in process.
// How quickly is judged by `npm run faults -- --only platform`, where nothing else runs.

const TRIALS = trials(5, 200);
const CUTS = trials(1, 20);
const IS_JUDGED = TRIALS === 200;
/** Age from which the client takes its state for too old, in milliseconds: the least it allows. */
const MAX_AGE = 3000;
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BROADCASTS = 'campaigns.broadcasts';
const SCHEDULE = `${BROADCASTS}.schedule`;
const seed = chooseSeed(process.env['FAULTS_SEED']);

const browser = useBrowser();
let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let platform: ChildProcess;
let url: string;
let roleId: string;
let address: string;
let subject: { type: 'administrator'; id: string };
/** Decides in process, over a way that can be cut. */
let local: Rolecall;
let way: ChaosProxy;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'packages/client'], {
    cwd: PROJECT
  });
  app = await startTestConsole();
  const random = seeded(seed);
  second = await startTestConsole({
    databaseUrl: app.databaseUrl,
    hearsAuthority: () => !random.chance(0.2)
  });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const asker = await plantApplication(state, {
    perMinute: 1_000_000,
    roleId: await role('Askers', ['tools.decisions.evaluate', 'tools.decisions.snapshot'])
  });
  roleId = await role('Senders', [`${BROADCASTS}.view`, `${BROADCASTS}.schedule`]);
  const [id] = await plantPeople(state, [{ roleId }]);
  address = `${id}@northwind.example`;
  subject = { type: 'administrator', id: id! };
  way = await startChaosProxy(second.port, random);
  const through = `http://localhost:${way.port}`;
  local = createRolecall({ url: through, key: asker.key, mode: 'local', maxAge: MAX_AGE });
  platform = spawn(process.execPath, ['examples/platform/server.mjs'], {
    cwd: PROJECT,
    env: { ...process.env, ROLECALL_URL: second.origin, ROLECALL_KEY: asker.key, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const [line] = (await once(createInterface(platform.stdout!), 'line')) as [string];
  url = line.replace('Platform ready: ', '');
});
afterAll(async () => {
  local.close();
  await way.stop();
  const ended = once(platform, 'exit');
  platform.kill('SIGTERM');
  await ended;
  await state.close();
  await second.stop();
  await app.stop();
});

/** True if the platform lets them schedule at this moment. */
async function may(): Promise<boolean> {
  const response = await fetch(`${url}/broadcasts/1/schedule`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: `address=${encodeURIComponent(address)}` }
  });
  await response.arrayBuffer();
  return response.status === 303;
}

/** The same, decided in process. */
const mayLocally = () => local.can(subject, SCHEDULE);

/** The box of the permission, in a browser at the first process. */
async function openBox() {
  const { page } = await browser.open(app.owner);
  await page.goto(`/roles/${roleId}`);
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill('broadcasts schedule');
  const row = page.locator(`[role=treeitem][data-row="${SCHEDULE}"]`);
  const box = row.locator('[data-part=box]');
  await box.waitFor();
  return { box, isTicked: async () => (await row.getAttribute('aria-checked')) === 'true' };
}

/** Says how long something took, in milliseconds. @returns what 99 of 100 took at most */
function told(what: string, took: number[]): number {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!;
  const [half, most, last] = [at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(0));
  const times = `${took.length} times`;
  process.stdout.write(`${what}, ${times}: ${half} ms in the middle, p99 ${most} ms, ${last} ms at most\n`);
  return at(0.99);
}

/** Both say yes. Before a test ends, too: what was clicked last is lost with a page that closes at once. */
const granted = () => until(async () => (await may()) && (await mayLocally()), 'granted');

async function tookUntil(since: number, isSo: () => Promise<boolean>, what: string): Promise<number> {
  await until(isSo, what);
  return performance.now() - since;
}

test(
  `a tick that is taken away in a browser is refused by the platform and in process, ${TRIALS} times (seed ${seed})`,
  async () => {
    const { box, isTicked } = await openBox();
    const took = { platform: [] as number[], locally: [] as number[] };
    for (let n = 0; n < TRIALS; n++) {
      await granted();
      await until(isTicked, 'the page shows it');
      const since = performance.now();
      await box.click();
      const [platform, locally] = await Promise.all([
        tookUntil(since, async () => !(await may()), 'refused by the platform'),
        tookUntil(since, async () => !(await mayLocally()), 'refused in process')
      ]);
      took.platform.push(platform);
      took.locally.push(locally);
      await box.click();
    }
    await granted();
    const most = [told('refused by the platform', took.platform), told('refused in process', took.locally)];
    if (IS_JUDGED) expect(Math.max(...most)).toBeLessThanOrEqual(1000);
  },
  TRIALS_TIMEOUT
);

test(
  `cut off, what is decided in process is a no when it is ${MAX_AGE / 1000} s old, ${CUTS} times`,
  async () => {
    const { box } = await openBox();
    const took: number[] = [];
    for (let n = 0; n < CUTS; n++) {
      await granted();
      way.become({ is: 'stalled' });
      const since = performance.now();
      await box.click();
      took.push(await tookUntil(since, async () => !(await mayLocally()), 'too old'));
      expect((await local.decide(subject, SCHEDULE)).reason).toBe('stale');
      await box.click();
      way.become(CLEAR);
    }
    await granted();
    const most = told('refused in process, cut off', took);
    // A timer of the test asks every few milliseconds: that much is its own.
    if (IS_JUDGED) expect(most).toBeLessThanOrEqual(MAX_AGE + 100);
  },
  TRIALS_TIMEOUT
);
