import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, explained, systemCode } from './embedded-postgres-error';
import { processIdentity } from './process-identity';

export interface InstanceLock {
  /** Gives the directory free for another instance. Safe to call twice. */
  release(): void;
}

interface Holder {
  pid: number;
  identity: string;
  /** Tells two locks of one process apart. */
  token: string;
}

const LOCK_FILE = 'instance.lock';
/** Longer than a rival needs to notice that it moved a fresh lock aside, and to put it back. */
const SETTLE_MS = 150;

/**
 * Makes this process the only one that uses `dataDir` (created when missing). The lock dies with its holder: what a
 * killed process left behind is taken over. Fails with an `EmbeddedPostgresError` while another instance lives.
 */
export async function lockDataDir(dataDir: string): Promise<InstanceLock> {
  const path = join(dataDir, LOCK_FILE);
  const mine: Holder = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? 'unknown',
    token: randomUUID()
  };
  try {
    mkdirSync(dataDir, { recursive: true });
    if (!place(path, mine)) {
      const holder = read(path);
      if (holder && lives(holder)) throw inUse(dataDir, holder);
      removeStale(path, holder);
      if (!place(path, mine)) throw inUse(dataDir, read(path));
      await sleep(SETTLE_MS);
      const settled = read(path);
      if (settled?.token !== mine.token) throw inUse(dataDir, settled);
    }
  } catch (error) {
    throw explained(`Cannot use the data directory ${dataDir}`, error);
  }
  return {
    release() {
      if (read(path)?.token === mine.token) rmSync(path, { force: true });
    }
  };
}

/** Creates the lock, complete, or says that there already is one. A link is atomic where a write is not. */
function place(path: string, holder: Holder): boolean {
  const draft = `${path}.${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder), { flag: 'wx' });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // File systems without hard links: exclusive creation is the next best thing.
    if (systemCode(error) === 'EPERM' || systemCode(error) === 'ENOTSUP')
      return placeExclusively(path, holder);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function placeExclusively(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two starters may both find a lock stale. Whoever then moves the other's fresh lock aside puts it back. */
function removeStale(path: string, stale: Holder | null): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const moved = read(aside);
    if (moved && moved.token !== stale?.token) linkSync(aside, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(value) ? value : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'pid' in value &&
    Number.isInteger(value.pid) &&
    'identity' in value &&
    typeof value.identity === 'string' &&
    'token' in value &&
    typeof value.token === 'string'
  );
}

function lives(holder: Holder): boolean {
  const identity = processIdentity(holder.pid);
  if (identity === null) return false;
  return identity === 'unknown' || holder.identity === 'unknown' || identity === holder.identity;
}

function inUse(dataDir: string, holder: Holder | null): EmbeddedPostgresError {
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new EmbeddedPostgresError(
    `The data directory ${dataDir} is in use by another Rolecall (${who}): stop it, or set DATA_DIR to another directory`
  );
}
