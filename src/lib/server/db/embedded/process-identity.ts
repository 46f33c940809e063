import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemCode } from './embedded-postgres-error';

/**
 * Tells one life of a process id from the next. A process id alone does not: ids are used again, in containers
 * almost at once. Null when no such process runs; `'unknown'` when one does but its start cannot be learned.
 */
export function processIdentity(pid: number): string | null {
  if (!isAlive(pid)) return null;
  if (process.platform === 'linux') return linuxIdentity(pid);
  if (process.platform === 'win32') return 'unknown';
  const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return ps.status === 0 && ps.stdout.trim() !== '' ? ps.stdout.trim() : 'unknown';
}

/** True if a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function linuxIdentity(pid: number): string | null {
  try {
    // proc(5): the name, in brackets, may itself hold spaces and brackets; what follows the last one is fixed.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return null; // dead, only not yet collected by its parent
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${startTime}`;
  } catch {
    return isAlive(pid) ? 'unknown' : null;
  }
}
