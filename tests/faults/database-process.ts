import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { clusterIn } from '../../src/lib/server/db/embedded/cluster';
import { placeInside } from '../../src/lib/server/db/embedded/cluster-place';
import { readRecord } from '../../src/lib/server/db/embedded/cluster-record';
import { readPostmasterFile } from '../../src/lib/server/db/embedded/postmaster-file';
import { DATABASE, HOST, SUPERUSER } from '../../src/lib/server/db/embedded/settings';
import type { Random } from './random';

/**
 * Kind of blow to Postgres: to its master, to one of its servants (it then restarts all of them), or to one
 * connection.
 */
export type Blow = 'postmaster' | 'backend' | 'connection';

/** The embedded Postgres of a data directory, as seen from outside of the program that runs it. */
export type DatabaseProcess = {
  /** Address of the server that runs now. */
  url(): string;
  /** False when there was nothing to hit at that moment. */
  strike(blow: Blow, random: Random): Promise<boolean>;
  /** Processes that still use the data directory. */
  processes(): string[];
};

export function databaseIn(dataDir: string): DatabaseProcess {
  const cluster = () => clusterIn(readRecord(dataDir)?.elsewhere ?? placeInside(dataDir));
  const url = () => {
    const record = readRecord(dataDir);
    const port = readFileSync(join(cluster(), 'postmaster.pid'), 'utf8').split('\n')[3];
    return `postgres://${SUPERUSER}:${record?.password}@${HOST}:${port}/${DATABASE}`;
  };
  return {
    url,
    processes: () => processesOf(cluster()),
    async strike(blow, random) {
      try {
        const master = readPostmasterFile(cluster());
        if (!master?.ready) return false;
        if (blow === 'postmaster') return process.kill(master.pid, 'SIGKILL');
        return await strikeConnections(url(), blow, random);
      } catch {
        return false;
      }
    }
  };
}

async function strikeConnections(url: string, blow: Blow, random: Random): Promise<boolean> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 2 });
  try {
    const rows = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where application_name like 'rolecall%' order by pid`;
    if (rows.length === 0) return false;
    const { pid } = random.pick(rows);
    if (blow === 'backend') return process.kill(pid, 'SIGKILL');
    await sql`select pg_terminate_backend(${pid})`;
    return true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Linux only: elsewhere none are found. */
function processesOf(cluster: string): string[] {
  const found: string[] = [];
  for (const name of safely(() => readdirSync('/proc')) ?? []) {
    const line = /^\d+$/.test(name) ? safely(() => readFileSync(`/proc/${name}/cmdline`, 'utf8')) : null;
    if (line?.includes(cluster)) found.push(`${name} ${line.split('\0')[0]}`);
  }
  return found;
}

function safely<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
