import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { spawnAs, type ServiceAccount } from './service-account';

/** The database's own directory inside the data directory. */
export function placeInside(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/**
 * Finds and creates a directory in which `account` can keep a database: inside the data directory when possible.
 * As root the data directory, or one above it, may be closed to everybody else (and we do not open what is not
 * ours): then a directory of our own under `/var/lib`, and failing that one for temporary files.
 */
export function choosePlace(dataDir: string, account: ServiceAccount | null): string {
  const inside = placeInside(dataDir);
  if (!account) {
    mkdirSync(inside, { recursive: true });
    return inside;
  }
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16);
  const candidates = [
    () => prepared(inside),
    () => prepared(join('/var/lib/rolecall', name)),
    // A fixed name in a directory open to all could be somebody else's trap: these names are random.
    () => mkdtempSync(join(tmpdir(), 'rolecall-')),
    () => mkdtempSync(join('/tmp', 'rolecall-'))
  ];
  for (const candidate of candidates) {
    const place = attempt(candidate);
    if (place !== null && isUsable(place, account)) return place;
    if (place !== null) attempt(() => rmdirSync(place));
  }
  throw new EmbeddedPostgresError(
    `Found no directory where the user ${account.name} can keep a database (root itself may not run Postgres): ` +
      'set DATA_DIR to a directory that user can enter, or DATABASE_URL to a Postgres 15 or newer'
  );
}

/** True if `account` can enter `place` and write in a directory of its own there; sets the mode of `place`. */
export function isUsable(place: string, account: ServiceAccount): boolean {
  let probe: string | undefined;
  try {
    chmodSync(place, 0o711); // whatever the umask says, the account must pass through
    probe = mkdtempSync(join(place, 'probe-'));
    chownSync(probe, account.uid, account.gid);
    const script = 'cd -- "$1" && : > file && rm file';
    return (
      spawnSync('/bin/sh', ['-c', script, 'sh', probe], { ...spawnAs(account), stdio: 'ignore' }).status === 0
    );
  } catch {
    return false;
  } finally {
    if (probe) rmSync(probe, { recursive: true, force: true });
  }
}

function prepared(place: string): string {
  const parent = dirname(place);
  if (parent === '/var/lib/rolecall' && mkdirSync(parent, { recursive: true })) chmodSync(parent, 0o755);
  mkdirSync(place, { recursive: true });
  return place;
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
