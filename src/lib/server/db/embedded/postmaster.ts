import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries';
import { EmbeddedPostgresError, explained, reasonIn } from './embedded-postgres-error';
import { readPostmasterFile } from './postmaster-file';
import { programEnvironment } from './run-program';
import { spawnAs, type ServiceAccount } from './service-account';
import { settingArguments, type Settings } from './settings';
import { clearSockets } from './socket';

/** All that is needed to start the server again and again. */
export interface ServerPlan {
  binaries: Binaries;
  cluster: string;
  account: ServiceAccount | null;
  port: number;
  settings: Settings;
}

/** One life of the server process. */
export interface Postmaster {
  pid: number;
  /** Resolves when it accepts connections; rejects with the reason when it ends before. */
  ready: Promise<void>;
  /** Resolves, never rejects, when it has ended: with the signal that killed it, if one did. */
  exited: Promise<NodeJS.Signals | null>;
}

const POLL_MS = 20;
/** Recovery after a crash may read a lot of log; this is more than 512 MB of it take on a slow disk. */
const READY_MS = 120_000;
const KEPT_OUTPUT = 8_192;

/**
 * Starts the server. It gets a session of its own, so that Ctrl-C in a terminal reaches the application only, which
 * finishes its transactions first.
 */
export function launchPostmaster(plan: ServerPlan): Promise<Postmaster> {
  const { binaries, cluster, account, port } = plan;
  const args = ['-D', cluster, '-p', String(port), ...settingArguments(plan.settings)];
  clearSockets(cluster);
  const since = Date.now();
  const child = spawn(binaries.postgres, args, {
    ...spawnAs(account),
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    windowsHide: true
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(explained('Cannot start the embedded Postgres', error)));
    child.once('spawn', () => {
      const pid = child.pid as number;
      const exited = new Promise<NodeJS.Signals | null>((gone) =>
        child.once('exit', (_, signal) => gone(signal))
      );
      const ready = becomesReady(pid, cluster, exited, () => reasonIn(newestLog(cluster, since) || output));
      ready.catch(() => undefined); // whoever launched it may look at `exited` first
      resolve({ pid, ready, exited });
    });
  });
}

async function becomesReady(
  pid: number,
  cluster: string,
  exited: Promise<unknown>,
  reason: () => string | undefined
): Promise<void> {
  let gone = false;
  void exited.then(() => (gone = true));
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (gone)
      throw new EmbeddedPostgresError(
        `The embedded Postgres does not start: ${reason() ?? 'no reason given'}`
      );
    const file = readPostmasterFile(cluster);
    if (file?.pid === pid && file.ready) return;
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(`The embedded Postgres is not ready after ${READY_MS / 1000} s`);
}

/** The end of what this life of the server logged: once its log collector runs, it tells nobody else. */
function newestLog(cluster: string, since: number): string {
  try {
    const directory = join(cluster, 'log');
    const files = readdirSync(directory).map((name) => join(directory, name));
    const newest = files.find((file) => statSync(file).mtimeMs >= since);
    const lines = newest ? readFileSync(newest, 'utf8').slice(-KEPT_OUTPUT).split('\n') : [];
    return lines.filter((line) => /\b(PANIC|FATAL):/.test(line)).join('\n');
  } catch {
    return '';
  }
}
