import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** The user that Postgres runs as when we are root, because Postgres refuses to run as root. */
export interface ServiceAccount {
  uid: number;
  gid: number;
  name: string;
}

const NAMES = ['postgres', 'rolecall', '_postgres'];
const NOBODY = 65_534;

/**
 * Null when we are an ordinary user, who runs Postgres directly. As root: the owner of the first of `owned` that
 * exists and is not root's (so that a data directory made by one user stays theirs), else a known service user, else
 * a new one, else nobody.
 */
export function serviceAccount(owned: string[]): ServiceAccount | null {
  if (process.getuid?.() !== 0) return null;
  return ownerOf(owned) ?? firstOf(NAMES) ?? created('rolecall') ?? firstOf(['nobody']) ?? unnamed();
}

/** Options for `spawn` that make the child run as `account`, in a directory that everybody may enter. */
export function spawnAs(account: ServiceAccount | null): { uid?: number; gid?: number; cwd?: string } {
  return account ? { uid: account.uid, gid: account.gid, cwd: '/' } : {};
}

function ownerOf(paths: string[]): ServiceAccount | null {
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    // initdb refuses a user without a name, so an owner unknown on this machine is of no use.
    const name = stat && stat.uid !== 0 ? id('-nu', String(stat.uid)) : null;
    if (stat && name) return { uid: stat.uid, gid: stat.gid, name };
  }
  return null;
}

function firstOf(names: string[]): ServiceAccount | null {
  for (const name of names) {
    const [uid, gid] = [Number(id('-u', name) ?? NaN), Number(id('-g', name) ?? NaN)];
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0) return { uid, gid, name };
  }
  return null;
}

function created(name: string): ServiceAccount | null {
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
    ['adduser', ['-S', '-D', '-H', name]] // busybox
  ];
  for (const [command, args] of attempts) {
    if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return firstOf([name]);
  }
  return null;
}

function unnamed(): ServiceAccount {
  return { uid: NOBODY, gid: NOBODY, name: 'nobody' };
}

function id(flag: string, user: string): string | null {
  const result = spawnSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return result.status === 0 ? result.stdout.trim() : null;
}
