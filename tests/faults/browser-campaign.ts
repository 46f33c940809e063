import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { freePort } from '../../src/lib/server/db/embedded/free-port';
import { isPending, type OutboxRecord } from '../../src/lib/client/outbox/record';
import { ApiClient } from '../support/api-client';
import { appProcess, type App } from './app-process';
import { judge, type Promised, type Shown, type Verdict } from './browser-claims';
import { momentNow, roleFacts, withDatabase } from './browser-facts';
import { openRolePage, SEARCHED, type RolePage } from './browser-page';
import { startDeviceBrowser, type DeviceBrowser } from './browser-process';
import { CLIMATES, makeWeather } from './browser-weather';
import { startChaosProxy, type ChaosProxy } from './chaos-proxy';
import { checkDocuments } from './check-documents';
import { checkChain } from './check-log';
import { databaseIn, type DatabaseProcess } from './database-process';
import { readDeviceOutbox } from './device-outbox';
import { seeded, type Random } from './random';
import { readFacts } from './read-facts';

export type BrowserCampaignOptions = {
  seed: number;
  rounds: number;
  say?: (line: string) => void;
};

export type BrowserReport = {
  seed: number;
  rounds: number;
  problems: string[];
  gestures: number;
  /** Promises looked into: parts read from the device, rows that said *Saved*, refusals that were told. */
  kept: number;
  saved: number;
  refused: number;
  lostInTheMoment: number;
  kills: { browser: number; app: number; database: number };
  /** Milliseconds from the start of the reopened browser until its page says *Live*. */
  live: number[];
};

const KEYS = shipped.areas
  .flatMap(({ groups }) => groups.flatMap(({ actions }) => actions.map(({ id }) => id)))
  .filter((id) => id.startsWith(`${SEARCHED}.`));
const SETUP_TOKEN = 'setup-token-of-the-campaign';
const PASSWORD = 'a long enough sentence for tests';
const INITIAL_PASSWORD = 'an initial sentence for the colleague';

/** Milliseconds within which, with a clear way to the server, what waited is settled. */
const SETTLE_MS = 90_000;

/** State that all rounds share. */
type Ground = {
  random: Random;
  app: App;
  proxy: ChaosProxy;
  database: DatabaseProcess;
  /** Editor in the browser that dies; `colleague` edits beside them in one that does not. */
  author: ApiClient;
  authorId: string;
  roleId: string;
  colleague: RolePage;
  profile: string;
  report: BrowserReport;
};

/**
 * Edits a role in a real Chromium whose way to the server is damaged, kills that browser in the middle of it, opens it
 * again on the same profile, and compares what it had promised with what became of it (LIV-4, R-06).
 */
export async function runBrowserCampaign(options: BrowserCampaignOptions): Promise<BrowserReport> {
  const random = seeded(options.seed);
  const stops: (() => Promise<unknown>)[] = [];
  const report: BrowserReport = {
    seed: options.seed,
    rounds: 0,
    problems: [],
    gestures: 0,
    kept: 0,
    saved: 0,
    refused: 0,
    lostInTheMoment: 0,
    kills: { browser: 0, app: 0, database: 0 },
    live: []
  };
  try {
    const ground = await prepare(random, report, stops);
    let device = await openDevice(ground);
    stops.push(() => device.browser.kill());
    for (let round = 1; round <= options.rounds; round++) {
      device = await fightRound(ground, device, round);
      report.rounds = round;
      if (round % 5 === 0)
        options.say?.(
          `${round} rounds, ${report.kept} kept, ${report.saved} saved, ${report.problems.length} problems`
        );
    }
    await device.browser.kill();
    await ground.colleague.live();
    const facts = { ...(await readFacts(ground.database.url())), replicas: { role: {} } };
    report.problems.push(...checkChain(facts), ...checkDocuments(facts.documents, facts, 'document'));
    const { granted } = await ground.colleague.read();
    const held = facts.cells.filter(({ roleId, on }) => on && roleId === ground.roleId);
    if (
      held
        .map(({ permissionId }) => permissionId)
        .sort()
        .join() !== [...granted].sort().join()
    )
      report.problems.push('the colleague’s page does not show what the rows hold');
    return report;
  } finally {
    for (const stop of stops.reverse()) await stop().catch(() => undefined);
  }
}

async function prepare(
  random: Random,
  report: BrowserReport,
  stops: (() => Promise<unknown>)[]
): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rolecall-browser-'));
  stops.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user
  const port = await freePort();
  const app = appProcess(port, { SETUP_TOKEN, DATA_DIR: join(dataDir, 'app') });
  await app.start();
  stops.push(async () => {
    await app.stop();
    await app.kill();
  });
  const proxy = await startChaosProxy(port, random.fork());
  stops.push(() => proxy.stop());

  const author = new ApiClient(app.origin);
  const { id: authorId } = await author.call<{ id: string }>('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  const { id: roleId } = await author.call<{ id: string }>('roles.create', {
    name: 'Tunnel',
    permissions: []
  });
  const colleague = await hire(author);
  const calm = await startDeviceBrowser(join(dataDir, 'colleague'), null);
  stops.push(() => calm.kill());
  const page = await openRolePage(
    calm.context,
    { origin: app.origin, cookie: colleague.cookie, roleId },
    { shown: () => undefined, error: (message) => report.problems.push(`the colleague’s page: ${message}`) }
  );
  const database = databaseIn(join(dataDir, 'app'));
  const profile = join(dataDir, 'profile');
  return { random, app, proxy, database, author, authorId, roleId, colleague: page, profile, report };
}

async function hire(owner: ApiClient): Promise<ApiClient> {
  const { id: roleId } = await owner.call<{ id: string }>('roles.create', {
    name: 'Colleagues',
    permissions: ['people.roles.view', 'people.roles.edit', ...KEYS]
  });
  const email = 'priya@northwind.example';
  await owner.call('administrators.create', {
    name: 'Priya Nair',
    email,
    roleId,
    password: INITIAL_PASSWORD
  });
  const colleague = new ApiClient(owner.origin);
  await colleague.call('auth.signIn', { email, password: INITIAL_PASSWORD });
  await colleague.call('auth.changePassword', { password: PASSWORD });
  return colleague;
}

/** The browser of the author, and what it showed since it was opened. */
type Device = { browser: DeviceBrowser; role: RolePage; shown: Shown[] };

async function openDevice({ app, proxy, author, roleId, profile, report }: Ground): Promise<Device> {
  const shown: Shown[] = [];
  const began = performance.now();
  const browser = await startDeviceBrowser(profile, {
    from: Number(new URL(app.origin).port),
    to: proxy.port
  });
  try {
    const role = await openRolePage(
      browser.context,
      { origin: app.origin, cookie: author.cookie, roleId },
      {
        shown: (state) => void shown.push(state),
        error: (message) => report.problems.push(`the author’s page: ${message}`),
        live: () => report.live.push(performance.now() - began)
      }
    );
    return { browser, role, shown };
  } catch (error) {
    await browser.kill();
    throw error;
  }
}

/** Edits, kills, opens again, and judges. */
async function fightRound(ground: Ground, device: Device, round: number): Promise<Device> {
  const { random, app, proxy, database, author, authorId, roleId, report } = ground;
  const { deviceKeys } = await author.call<{ deviceKeys: string[] }>('me.get');
  const since = await withDatabase(database.url, (sql) => momentNow(sql, roleId));
  const from = device.shown.length;
  // Whatever else chance brings, in the first round edits wait, and are looked for on the device.
  const climate = round === 1 ? 'offline' : random.pick(CLIMATES);
  const weather = makeWeather(proxy, climate, random.fork());
  let running = true;
  // All end before the next thing happens, whichever of them fails.
  const beside = Promise.allSettled([
    editBeside(ground.colleague, random.fork(), () => running),
    strikeServer(ground, random.fork())
  ]);
  const kept: Promised['kept'] = new Map();
  const die = async () => {
    const at = Date.now();
    await device.browser.kill();
    running = false;
    await weather.stop();
    return at;
  };
  const readDevice = () => readDeviceOutbox(device.role.page, authorId, deviceKeys);
  const look = () => round === 1 || random.chance(0.6);
  // Second thoughts in the first round would take away what waits there for certain.
  const choose = (touched: ReadonlyMap<string, number>) => {
    const others = round === 1 ? KEYS.filter((key) => !touched.has(key)) : [];
    return random.pick(others.length > 0 ? others : KEYS);
  };
  await editForAWhile(device.role, random, kept, report, { look, readDevice, choose }).catch(
    async (error: unknown) => {
      await die();
      throw error;
    }
  );
  const killedAt = await die();
  report.kills.browser += 1;
  const promised = { kept, shown: device.shown.slice(from), killedAt };
  for (const outcome of await beside) if (outcome.status === 'rejected') throw outcome.reason;

  const next = await openDevice(ground);
  const records = await settledOutbox(() => readDeviceOutbox(next.role.page, authorId, deviceKeys));
  await next.role.live();
  await ground.colleague.live();
  const facts = await withDatabase(database.url, (sql) =>
    roleFacts(sql, { roleId, actorId: authorId, since })
  );
  const seen = await settledScreen(next.role, facts);
  const verdict = judge(promised, { ...facts, device: records, seen });
  add(report, verdict, `round ${round} (${climate})`);
  if (app.pid() === undefined) report.problems.push('the program is gone');
  await next.role.discardAll();
  return next;
}

/** Records on the device once none of them waits any more; those of it after a while when some do. */
async function settledOutbox(read: () => Promise<OutboxRecord[]>): Promise<OutboxRecord[]> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const records = await read();
    if (!records.some(isPending) || performance.now() > deadline) return records;
    await sleep(100);
  }
}

/** The page as soon as it shows what the rows say; as it is after a while when it does not. */
async function settledScreen(role: RolePage, facts: { granted: ReadonlySet<string>; name: string }) {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const seen = await role.read();
    const same =
      [...seen.granted].sort().join() === [...facts.granted].sort().join() && seen.name === facts.name;
    if (same || performance.now() > deadline) return seen;
    await sleep(50);
  }
}

async function editForAWhile(
  role: RolePage,
  random: Random,
  kept: Promised['kept'],
  report: BrowserReport,
  device: {
    look: () => boolean;
    readDevice: () => ReturnType<typeof readDeviceOutbox>;
    choose: (touched: ReadonlyMap<string, number>) => string;
  }
): Promise<void> {
  const touched = new Map<string, number>();
  let renamed = false;
  for (let left = random.whole(2, 14); left > 0; left--) {
    report.gestures += 1;
    if (!renamed && random.chance(0.08)) {
      renamed = true;
      await role.rename(`Tunnel ${random.whole(0, 0xffff_ffff).toString(36)}`);
    } else {
      const key = device.choose(touched);
      touched.set(key, (touched.get(key) ?? 0) + 1);
      // Second thoughts about what was not sent leave no trace: of these only what the rows say is a promise.
      if (touched.get(key) === 2) kept.delete(key);
      await role.toggle(key);
    }
    if (device.look())
      for (const { op, change, stage } of await device.readDevice())
        if (change.kind === 'edit' && (stage.is === 'queued' || stage.is === 'sent'))
          for (const [key, { value }] of Object.entries(change.parts))
            if ((touched.get(key) ?? 0) < 2) kept.set(key, { op, value });
    // At times the last edit is only just on screen when the browser dies.
    if (left > 1 || random.chance(0.5)) await sleep(random.whole(0, 200));
  }
}

/** A colleague works on the same role, with a quiet line. */
async function editBeside(role: RolePage, random: Random, running: () => boolean): Promise<void> {
  while (running()) {
    await sleep(random.whole(100, 900));
    if (running()) await role.toggle(random.pick(KEYS));
  }
}

/** Kills the program in some rounds, or Postgres under it. Resolves when the program is ready again. */
async function strikeServer({ app, database, report }: Ground, random: Random): Promise<void> {
  const dice = random.next();
  if (dice > 0.35) return;
  await sleep(random.whole(100, 1500));
  if (dice < 0.2) {
    await app.kill();
    report.kills.app += 1;
    await sleep(random.whole(0, 1000));
    await app.start();
  } else if (await database.strike('postmaster', random)) {
    report.kills.database += 1;
    await untilReady(app);
  }
}

async function untilReady({ origin, output }: App): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() > deadline) throw new Error(`the program is not ready again:\n${output()}`);
    await sleep(100);
  }
}

function add(report: BrowserReport, verdict: Verdict, where: string): void {
  report.kept += verdict.kept;
  report.saved += verdict.saved;
  report.refused += verdict.refused;
  report.lostInTheMoment += verdict.lostInTheMoment;
  report.problems.push(...verdict.problems.map((problem) => `${where}: ${problem}`));
}
