import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Longest path of a socket that every system takes, in bytes. */
const LONGEST_PATH = 100;
const NAME = /^\.s\.PGSQL\./;

/**
 * Directory of the socket at which the server of a cluster listens for programs of this machine: its own, which
 * nobody but its user may enter. Null where it can have no socket, so that it is reached over loopback alone.
 */
export async function socketDirectory(cluster: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  // It is named in a list, where these mean something.
  if (/[,"]/.test(cluster)) return null;
  if (Buffer.byteLength(join(cluster, '.s.PGSQL.65535')) > LONGEST_PATH) return null;
  return (await canHoldSockets(cluster)) ? cluster : null;
}

/**
 * True if the file system has sockets: folders that a container or a virtual machine shares with its host may not,
 * and the server would not start.
 */
async function canHoldSockets(directory: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(join(directory, '.s.probe'));
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

/** Takes away what a server left there that was killed. None may be running. */
export function clearSockets(cluster: string): void {
  for (const name of readdirSync(cluster)) if (NAME.test(name)) rmSync(join(cluster, name), { force: true });
}
