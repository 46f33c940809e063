import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres
} from '../../src/lib/server/db/embedded/embedded-postgres';
import { freePort } from '../../src/lib/server/db/embedded/free-port';
import { appProcess, type App } from './app-process';
import { check } from './checker';
import { databaseIn, type Blow, type DatabaseProcess } from './database-process';
import { edit, perform, type Ground } from './editor';
import type { Facts, Operation } from './history';
import { found } from './founding';
import { seeded, type Random } from './random';
import { openReaders, type Readers } from './readers';
import { logVerify } from '../support/verifiers';
import { readFacts } from './read-facts';

export type CampaignOptions = {
  seed: number;
  appKills: number;
  databaseKills: number;
  /** One app with its embedded database, or two apps on one database of their own. */
  apps: 1 | 2;
  say?: (line: string) => void;
};

export type CampaignReport = {
  seed: number;
  problems: string[];
  history: readonly Operation[];
  facts: Facts;
  /** Operations that were answered; those that changed something. */
  answered: number;
  kills: { app: number } & Record<Blow, number>;
  /** Milliseconds from the start of a killed program until it is ready. */
  ready: number[];
  /** Milliseconds from a blow at Postgres until an edit is acknowledged again. */
  recovered: number[];
  /** Answers that said neither yes nor no. */
  statuses: ReadonlyMap<string, number>;
};

const EDITORS = 4;
/** Milliseconds after the last fault within which everything must be numbered, projected and with its readers. */
const CALM_MS = 60_000;

/**
 * Lets editors edit and readers read while programs and their Postgres are killed at random, sometimes in the instant
 * after an acknowledgement; then compares what everybody was told with what is.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const random = seeded(options.seed);
  const dataDir = await mkdtemp(join(tmpdir(), 'rolecall-faults-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user
  const problems: string[] = [];
  const shared = options.apps === 2 ? await sharedDatabase(dataDir, problems) : null;
  const apps: App[] = [];
  for (let at = 0; at < options.apps; at++)
    apps.push(
      appProcess(await freePort(), {
        SETUP_TOKEN: 'setup-token-of-the-campaign',
        DATA_DIR: dataDir,
        ...(shared ? { DATABASE_URL: shared.url } : {})
      })
    );
  const database = databaseIn(dataDir);
  let readers: Readers | null = null;
  try {
    for (const app of apps) await app.start();
    const campaign = await fight(options, random, apps, database, problems, (opened) => (readers = opened));
    await settle(apps, database, campaign.readers);
    const facts = { ...(await readFacts(database.url())), replicas: campaign.readers.state() };
    problems.push(...check(campaign.ground.history, facts), ...campaign.readers.problems());
    const verdict = logVerify('--database-url', database.url());
    if (verdict.code !== 0) problems.push(`the log does not verify:\n${verdict.text}`);
    campaign.readers.close();
    for (const app of apps) {
      const code = await app.stop();
      if (code !== 0) problems.push(`the program ended with ${code} when asked to stop:\n${app.output()}`);
    }
    await shared?.stop();
    const left = await lastOf(database);
    if (left.length > 0) problems.push(`processes still use the data directory: ${left.join(', ')}`);
    const { history, statuses } = campaign.ground;
    const answered = history.filter(({ answer, refused }) => answer ?? refused).length;
    const { kills, ready, recovered } = campaign;
    return { seed: options.seed, problems, history, facts, answered, kills, ready, recovered, statuses };
  } finally {
    (readers as Readers | null)?.close();
    for (const app of apps) await app.kill();
    await shared?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fight(
  options: CampaignOptions,
  random: Random,
  apps: App[],
  database: DatabaseProcess,
  problems: string[],
  opened: (readers: Readers) => void
) {
  const origins = apps.map((app) => app.origin);
  let running = true;
  let aborted = false;
  let onAnswer: () => void = () => undefined;
  const ground: Ground = {
    random,
    origins,
    history: [],
    roles: new Map(),
    lasting: new Set(),
    running: () => running,
    aborted: () => aborted,
    acknowledged: () => onAnswer(),
    statuses: new Map()
  };
  const nextAnswer = (ms: number) =>
    Promise.race([new Promise<void>((resolve) => (onAnswer = resolve)), sleep(ms)]);
  const { owner, guest, lasting, guestRole } = await found(ground, random);
  ground.lasting = new Set(lasting);
  const readers = await openReaders(origins, owner.cookie, [
    'roles',
    'feed',
    ...lasting.map((id) => `role:${id}`)
  ]);
  opened(readers);

  const editors = Array.from({ length: EDITORS }, () => edit(ground, { ...owner, random: random.fork() }));
  editors.push(
    edit(ground, { ...guest, random: random.fork() }),
    toggle(ground, { ...owner, random: random.fork() }, guestRole)
  );
  const kills = { app: 0, postmaster: 0, backend: 0, connection: 0 };
  const ready: number[] = [];
  const recovered: number[] = [];
  const blows: ('app' | 'database')[] = [
    ...Array<'app'>(options.appKills).fill('app'),
    ...Array<'database'>(options.databaseKills).fill('database')
  ];
  try {
    while (blows.length > 0) {
      // Under load for a while; one time in three in the very instant after an acknowledgement.
      await sleep(random.whole(30, 700));
      if (random.chance(0.33)) await nextAnswer(2000);
      const [target] = blows.splice(random.whole(0, blows.length - 1), 1);
      if (target === 'app') {
        const app = random.pick(apps);
        await app.kill();
        kills.app += 1;
        ready.push(await app.start());
      } else {
        const blow = random.pick<Blow>(['postmaster', 'postmaster', 'backend', 'connection']);
        if (!(await database.strike(blow, random))) {
          blows.push('database');
          continue;
        }
        kills[blow] += 1;
        const began = performance.now();
        // More answers than can have been on their way.
        const enough = answers(ground) + 2 * EDITORS;
        while (answers(ground) < enough && performance.now() - began < 60_000) await nextAnswer(1000);
        if (answers(ground) < enough)
          problems.push(`no edit was acknowledged within 60 s of a blow at ${blow}`);
        recovered.push(performance.now() - began);
      }
      const done = kills.app + kills.postmaster + kills.backend + kills.connection;
      if (done % 10 === 0)
        options.say?.(
          `${done} faults, ${answers(ground)} operations answered, ${blows.length} faults to come`
        );
    }
  } catch (error) {
    aborted = true;
    throw error;
  } finally {
    running = false;
  }
  await Promise.all(editors);
  return { ground, readers, kills, ready, recovered };
}

/** Gives and takes the guest's right to edit, so that some of their edits come too late. */
async function toggle(ground: Ground, owner: Parameters<typeof edit>[1], id: string): Promise<void> {
  for (let on = false; ground.running(); on = !on) {
    await sleep(owner.random.whole(100, 800));
    const wish = { [on ? 'grant' : 'revoke']: ['people.roles.edit'] };
    const blank = { op: crypto.randomUUID(), by: owner.id, kind: 'edit' as const, answers: [], tries: 0 };
    await perform(ground, owner, {
      ...blank,
      input: { id },
      seen: ground.roles.get(id) ?? 1_000_000,
      ...wish
    });
  }
}

function answers(ground: Ground): number {
  return ground.history.filter(({ answer, refused }) => answer ?? refused).length;
}

/** Waits until all entries are numbered and the readers have what the documents have. */
async function settle(apps: App[], database: DatabaseProcess, readers: Readers): Promise<void> {
  const deadline = performance.now() + CALM_MS;
  for (;;) {
    const facts = await readFacts(database.url()).catch(() => null);
    if (facts && facts.pending === 0 && readers.agree(facts.documents)) return;
    if (performance.now() > deadline) return; // the checker says what differs
    await sleep(200);
  }
}

/** Processes that still use the data directory, after the moment that a dying one may take. */
async function lastOf(database: DatabaseProcess): Promise<string[]> {
  const deadline = performance.now() + 30_000;
  while (database.processes().length > 0 && performance.now() < deadline) await sleep(100);
  return database.processes();
}

async function sharedDatabase(dataDir: string, problems: string[]): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    onFatal: (error) => problems.push(`Postgres did not come back: ${error.message}`)
  });
}
