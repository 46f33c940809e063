import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from './embedded-postgres-error';
import { processIdentity } from './process-identity';

/** Facts that a running server writes about itself into `postmaster.pid` of its cluster. */
export interface PostmasterFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** Null when there is none, or none that can be understood yet. */
export function readPostmasterFile(cluster: string): PostmasterFile | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  // Line 1 is the process id (negative for single-user mode), 4 the port, 8 the status: see pidfile.h of Postgres.
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0) return null;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** True if `pid` is a server of this very cluster, and not a process that was given the same number later. */
export function servesCluster(pid: number, cluster: string): boolean {
  if (processIdentity(pid) === null) return false;
  if (process.platform === 'win32') return true;
  try {
    // A server works inside its cluster directory.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    const ps = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.status === 0 && ps.stdout.includes(cluster);
  }
}
