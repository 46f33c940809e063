import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries';
import { EmbeddedPostgresError, explained, reasonIn } from './embedded-postgres-error';
import { runProgram } from './run-program';
import type { ServiceAccount } from './service-account';
import { DATABASE, SUPERUSER } from './settings';

const DRAFT_PREFIX = 'init-';

/** The directory that Postgres itself calls its data directory. */
export function clusterIn(place: string): string {
  return join(place, 'cluster');
}

export function clusterExists(place: string): boolean {
  return existsSync(join(clusterIn(place), 'PG_VERSION'));
}

/** Postgres reads only the files of its own major version; say so before it does, in words. */
export function checkVersion(place: string, binaries: Binaries): void {
  const found = readFileSync(join(clusterIn(place), 'PG_VERSION'), 'utf8').trim();
  if (Number(found) === binaries.major) return;
  throw new EmbeddedPostgresError(
    `The database in ${place} was made by Postgres ${found}, this is Postgres ${binaries.major}: ` +
      'start the older version of Rolecall, or restore a backup into an empty DATA_DIR'
  );
}

/**
 * Makes an empty cluster with the application's database in it. All work happens beside its final place and is moved
 * there in one step, so that what an interrupted start leaves is recognised and thrown away.
 */
export async function createCluster(
  place: string,
  binaries: Binaries,
  account: ServiceAccount | null,
  password: string
): Promise<void> {
  try {
    discardDrafts(place);
    const draft = mkdtempSync(join(place, DRAFT_PREFIX));
    if (account) chownSync(draft, account.uid, account.gid);
    const cluster = join(draft, 'cluster');
    await initialise(draft, cluster, binaries, account, password);
    await runSingleUser(cluster, binaries, account, `CREATE DATABASE ${DATABASE};\n`);
    renameSync(cluster, clusterIn(place));
    discardDrafts(place);
  } catch (error) {
    throw explained(`Cannot create the embedded database in ${place}`, error);
  }
}

/** Gives the superuser a new password, for a database whose record was lost. The server must not be running. */
export function resetPassword(
  place: string,
  binaries: Binaries,
  account: ServiceAccount | null,
  password: string
): Promise<void> {
  const statement = `ALTER ROLE ${SUPERUSER} PASSWORD '${password}';\n`;
  return runSingleUser(clusterIn(place), binaries, account, statement);
}

/** Throws away what an interrupted start left. */
export function discardDrafts(place: string): void {
  for (const entry of readdirSync(place)) {
    if (!entry.startsWith(DRAFT_PREFIX)) continue;
    // An initdb whose starter was killed may still be writing there.
    rmSync(join(place, entry), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function initialise(
  draft: string,
  cluster: string,
  binaries: Binaries,
  account: ServiceAccount | null,
  password: string
): Promise<void> {
  const passwordFile = join(draft, 'password');
  writeFileSync(passwordFile, password + '\n', { mode: 0o600, flag: 'wx' });
  mkdirSync(cluster, { mode: 0o700 });
  if (account) {
    chownSync(passwordFile, account.uid, account.gid);
    chownSync(cluster, account.uid, account.gid);
  }
  const args = [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in provider sorts alike on every host and every version of its C library.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8'
  ];
  const { code, output } = await runProgram(binaries.initdb, args, account);
  if (code !== 0)
    throw new EmbeddedPostgresError(`initdb failed: ${reasonIn(output) ?? `exit code ${code}`}`);
}

/** Runs statements without a server, a network or a password. */
async function runSingleUser(
  cluster: string,
  binaries: Binaries,
  account: ServiceAccount | null,
  statements: string
): Promise<void> {
  const args = [
    '--single',
    '-D',
    cluster,
    '-c',
    'exit_on_error=on',
    '-c',
    'log_min_error_statement=panic',
    'postgres'
  ];
  const { code, output } = await runProgram(binaries.postgres, args, account, statements);
  if (code !== 0) throw new EmbeddedPostgresError(reasonIn(output) ?? `postgres --single: exit code ${code}`);
}
