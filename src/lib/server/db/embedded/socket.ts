import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a socket may be called at most, in bytes, on every system. */
const LONGEST_PATH = 100;
const NAME = /^\.s\.PGSQL\./;

/**
 * Where the server of a cluster listens for programs of this machine: in its own directory, which nobody but its user may enter. Null
 * where it can have no socket, so that it is reached over loopback alone.
 */
export function socketDirectory(cluster: string): string | null {
  if (process.platform === 'win32') return null;
  // It is named in a list, where these mean something.
  if (/[,"]/.test(cluster)) return null;
  return Buffer.byteLength(join(cluster, '.s.PGSQL.65535')) <= LONGEST_PATH ? cluster : null;
}

/** Takes away what a server left there that was killed. None may be running. */
export function clearSockets(cluster: string): void {
  for (const name of readdirSync(cluster)) if (NAME.test(name)) rmSync(join(cluster, name), { force: true });
}
