import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { answers, isConnectionLoss, openDatabase } from '$lib/server/db/driver/client';
import { installedBinaries, runnableBinaries } from '$lib/server/db/embedded/binaries';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '$lib/server/db/embedded/embedded-postgres';
import { EmbeddedPostgresError } from '$lib/server/db/embedded/embedded-postgres-error';
import { lockDataDir } from '$lib/server/db/embedded/instance-lock';
import { isAlive, processIdentity } from '$lib/server/db/embedded/process-identity';
import { serviceAccount } from '$lib/server/db/embedded/service-account';
import { within } from '../support/trials';

const APP = fileURLToPath(new URL('../support/embedded-app.mjs', import.meta.url));
const isRoot = process.getuid?.() === 0;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A directory that any user may enter, deleted after the test. */
function temporaryDirectory(mode = 0o755): string {
  const path = mkdtempSync(join(tmpdir(), 'rolecall-embedded-'));
  chmodSync(path, mode);
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function start(dataDir: string, log: string[] = []): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir,
    log: (message) => log.push(message),
    onFatal: (error) => {
      throw error;
    }
  });
  cleanups.push(() => server.stop());
  return server;
}

interface Answer {
  url: string;
  pid: number;
  error?: string;
}

/** Starts the database in a process of its own, which dies with the test at the latest. */
async function startApp(dataDir: string): Promise<{ process: ChildProcess; answer: Answer }> {
  const child = spawn(process.execPath, [APP, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanups.push(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { process: child, answer: JSON.parse(line) as Answer };
}

async function query<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 60 });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function remember(url: string, note: string): Promise<void> {
  await query(url, async (sql) => {
    await sql`CREATE TABLE IF NOT EXISTS note (text text)`;
    await sql`INSERT INTO note VALUES (${note})`;
  });
}

async function notes(url: string): Promise<string[]> {
  return query(url, async (sql) =>
    (await sql<{ text: string }[]>`SELECT text FROM note`).map((row) => row.text)
  );
}

const gone = (pid: number) =>
  vi.waitUntil(() => processIdentity(pid) === null, { timeout: 60_000, interval: 20 });

describe('start', () => {
  test('the embedded Postgres makes a durable UTF-8 database that sorts alike everywhere, on loopback only', async () => {
    const server = await start(join(temporaryDirectory(), 'data'));
    const [facts] = await query(
      server.url,
      (sql) => sql`
        SELECT current_database() AS name, getdatabaseencoding() AS encoding, datlocprovider AS provider,
          current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
          current_setting('listen_addresses') AS listen, current_setting('data_checksums') AS checksums
        FROM pg_database WHERE datname = current_database()`
    );
    expect(facts).toEqual({
      name: 'rolecall',
      encoding: 'UTF8',
      provider: 'b',
      fsync: 'on',
      commit: 'on',
      listen: '127.0.0.1',
      checksums: 'on'
    });
  });

  test('the embedded Postgres is reached by a socket that only its own user may come near, and over loopback where a path is too long for one', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const server = await start(dataDir);
    const { port, searchParams } = new URL(server.ownUrl);
    const directory = searchParams.get('host') ?? '';
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, `.s.PGSQL.${port}`)).isSocket()).toBe(true);
    const isBySocket = async (url: string) => {
      const { db, close } = openDatabase({ url, max: 1, name: 'test', as: 'owner' });
      const [row] = await db.execute<{ local: boolean }>(sql`select inet_client_addr() is null as local`);
      await close();
      return row!.local;
    };
    expect(await isBySocket(server.ownUrl)).toBe(true);
    expect(await isBySocket(server.url)).toBe(false);
    const stranger = new URL(server.ownUrl);
    stranger.password = 'wrong';
    await expect(isBySocket(stranger.href)).rejects.toMatchObject({ cause: { code: '28P01' } });

    const far = await start(join(temporaryDirectory(), 'a'.repeat(60), 'data'));
    expect(far.ownUrl).toBe(far.url);
    expect(await isBySocket(far.ownUrl)).toBe(false);
  });

  test('lets nobody in without the password, which only the owner may read', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const server = await start(dataDir);
    const stranger = new URL(server.url);
    stranger.password = 'wrong';
    await expect(query(stranger.href, (sql) => sql`SELECT 1`)).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
  });

  test('the embedded Postgres finds its data again, within two seconds', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const first = await start(dataDir);
    await remember(first.url, 'kept');
    await first.stop();
    expect(isAlive(first.pid())).toBe(false);

    const began = Date.now();
    const second = await start(dataDir);
    expect(Date.now() - began).toBeLessThan(within(2_000));
    expect(await notes(second.url)).toEqual(['kept']);
  });

  test('throws a half-made database away and makes it anew', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    // What a start leaves that was killed while initdb ran.
    const { process: app, answer } = await startAppUntil(dataDir, () => hasDraft(dataDir));
    expect(answer).toBeNull();
    app.kill('SIGKILL');
    await once(app, 'exit');
    expect(hasDraft(dataDir)).toBe(true);

    const server = await start(dataDir);
    await remember(server.url, 'works');
    expect(hasDraft(dataDir)).toBe(false);
  });

  test('reports a lost database instead of starting with an empty one', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    await (await start(dataDir)).stop();
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(/is gone from/);
  });

  test('the embedded Postgres opens a database whose record was lost, with a new password', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const first = await start(dataDir);
    await remember(first.url, 'kept');
    await first.stop();
    rmSync(join(dataDir, 'postgres.json'));
    const second = await start(dataDir);
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    expect(await notes(second.url)).toEqual(['kept']);
  });

  test('the embedded Postgres says in one line that the data directory cannot be made', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    const failure = start(join(file, 'data'));
    await expect(failure).rejects.toBeInstanceOf(EmbeddedPostgresError);
    await expect(failure).rejects.toThrow(/^Cannot use the data directory .*not a directory$/);
  });
});

describe('two instances', () => {
  test('the second fails with one clear line, and the first works on', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const server = await start(dataDir);
    const { answer } = await startApp(dataDir);
    expect(answer.error).toMatch(/^The data directory .* is in use by another Rolecall \(process \d+\)/);
    expect(answer.error).not.toContain('\n');
    await remember(server.url, 'undisturbed');
  });

  test('of ten that take over a dead one’s lock together, one wins', async () => {
    const dataDir = temporaryDirectory();
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(dead, 'exit');
    writeFileSync(
      join(dataDir, 'instance.lock'),
      JSON.stringify({ pid: dead.pid, identity: 'gone', token: 'stale' })
    );
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataDir(dataDir)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual(['instance.lock']);
  });

  test('a lock outlives neither its release nor its process id’s next life', async () => {
    const dataDir = temporaryDirectory();
    (await lockDataDir(dataDir)).release();
    expect(readdirSync(dataDir)).toEqual([]);

    const reused = { pid: process.pid, identity: 'an earlier life', token: 'stale' };
    writeFileSync(join(dataDir, 'instance.lock'), JSON.stringify(reused));
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(/is in use by another Rolecall/);
    lock.release();
  });
});

describe('kill -9', () => {
  test('kill -9 of the server: it is back by itself, at the same address, with all that was committed', async () => {
    const log: string[] = [];
    const server = await start(join(temporaryDirectory(), 'data'), log);
    for (let round = 0; round < 3; round += 1) {
      await remember(server.url, `round ${round}`);
      const killed = server.pid();
      process.kill(killed, 'SIGKILL');
      await vi.waitUntil(() => server.pid() !== killed, { timeout: 60_000, interval: 20 });
      await vi.waitFor(() => notes(server.url), { timeout: 60_000, interval: 100 });
    }
    expect(await notes(server.url)).toEqual(['round 0', 'round 1', 'round 2']);
    // It may answer a moment before that is noticed.
    await vi.waitFor(() => expect(log).toContain('the embedded Postgres is back'), { timeout: 60_000 });
  });

  test('kill -9 of the server: whoever came by its socket lost a connection, and comes by it again', async () => {
    const server = await start(join(temporaryDirectory(), 'data'));
    const { db, close } = openDatabase({ url: server.ownUrl, max: 1, name: 'test', as: 'owner' });
    cleanups.push(close);
    await answers(db);
    const killed = server.pid();
    process.kill(killed, 'SIGKILL');
    const told: unknown[] = [];
    await vi.waitFor(
      async () => {
        const error: unknown = await answers(db).catch((reason: unknown) => reason ?? true);
        if (error) told.push(error);
        expect(server.pid() !== killed && error === undefined).toBe(true);
      },
      { timeout: 60_000, interval: 20 }
    );
    // Its own process may outlive the server for a moment: then nothing was lost.
    expect(told.filter((error) => !isConnectionLoss(error))).toEqual([]);
  });

  test('kill -9 of the application: the server does not outlive it', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const { process: app, answer } = await startApp(dataDir);
    await remember(answer.url, 'kept');
    app.kill('SIGKILL');
    await gone(answer.pid);

    const server = await start(dataDir);
    expect(await notes(server.url)).toEqual(['kept']);
  });

  test('kill -9 of the application and its watchdog: the next start replaces the orphan', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const { process: app, answer } = await startApp(dataDir);
    await remember(answer.url, 'kept');
    for (const watchdog of childrenOf(app.pid ?? 0).filter((pid) => pid !== answer.pid)) {
      process.kill(watchdog, 'SIGKILL');
    }
    app.kill('SIGKILL');
    await once(app, 'exit');
    expect(isAlive(answer.pid)).toBe(true);

    const log: string[] = [];
    const server = await start(dataDir, log);
    expect(log).toEqual([`stopping the Postgres (process ${answer.pid}) that an instance left running`]);
    expect(processIdentity(answer.pid)).toBeNull();
    expect(await notes(server.url)).toEqual(['kept']);
  });

  test('kill -9 of everything: a file that names a process which is somebody else’s now harms nobody', async () => {
    const dataDir = join(temporaryDirectory(), 'data');
    const first = await start(dataDir);
    await remember(first.url, 'kept');
    await first.stop();
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    cleanups.push(() => bystander.kill('SIGKILL'));
    const cluster = join(dataDir, 'postgres', 'cluster');
    const file = join(cluster, 'postmaster.pid');
    writeFileSync(file, `${bystander.pid}\n${cluster}\n0\n1\n\n127.0.0.1\n\nready\n`);
    if (isRoot) chmodSync(file, 0o666);

    const server = await start(dataDir);
    expect(await notes(server.url)).toEqual(['kept']);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
  });
});

describe.runIf(isRoot)('as root', () => {
  test('the server runs as somebody else', async () => {
    const server = await start(join(temporaryDirectory(), 'data'));
    expect(statSync(`/proc/${server.pid()}`).uid).not.toBe(0);
  });

  test('a directory that only root may enter stays closed; the database lives elsewhere and is found again', async () => {
    const closed = temporaryDirectory(0o700);
    const dataDir = join(closed, 'data');
    const first = await start(dataDir);
    const { elsewhere } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as {
      elsewhere: string;
    };
    onTestFinished(() => removePlace(elsewhere));
    expect(elsewhere).not.toContain(closed);
    expect(existsSync(join(elsewhere, 'cluster', 'PG_VERSION'))).toBe(true);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
    await remember(first.url, 'kept');
    await first.stop();

    const second = await start(dataDir);
    expect(await notes(second.url)).toEqual(['kept']);
  });

  test('programs that only root may reach are copied, complete even without install scripts', async () => {
    const account = serviceAccount([]);
    const hidden = join(temporaryDirectory(0o700), 'native');
    const { native, version } = installedBinaries();
    copyWithoutLinks(native, hidden);
    const place = temporaryDirectory();

    const binaries = runnableBinaries({ native: hidden, version }, place, account);
    expect(dirname(dirname(binaries.postgres))).toBe(join(place, `binaries-${version}`));
    expect(binaries.major).toBeGreaterThanOrEqual(18);
    expect(readdirSync(place)).toEqual([`binaries-${version}`]);
    expect(runnableBinaries({ native: hidden, version }, place, account)).toEqual(binaries);
  });
});

/** Starts the application and returns while its database is not ready yet, as soon as `reached` says so. */
async function startAppUntil(dataDir: string, reached: () => boolean) {
  const child = spawn(process.execPath, [APP, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanups.push(() => child.kill('SIGKILL'));
  let answer: string | null = null;
  createInterface(child.stdout).once('line', (line) => (answer = line));
  await vi.waitUntil(() => answer !== null || reached(), { timeout: 60_000, interval: 5 });
  return { process: child, answer: answer as string | null };
}

function hasDraft(dataDir: string): boolean {
  const place = join(dataDir, 'postgres');
  return existsSync(place) && readdirSync(place).some((name) => name.startsWith('init-'));
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').map(Number);
}

/** Copies as npm unpacks the package when it may not run install scripts. */
function copyWithoutLinks(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyWithoutLinks(join(from, entry.name), join(to, entry.name));
    else if (!entry.isSymbolicLink()) {
      writeFileSync(join(to, entry.name), readFileSync(join(from, entry.name)), { mode: 0o755 });
    }
  }
}

function removePlace(place: string): void {
  rmSync(place, { recursive: true, force: true });
  try {
    rmdirSync(dirname(place));
  } catch {
    // Other databases live beside it.
  }
}
