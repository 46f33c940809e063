import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { clusterIn } from './cluster';
import { placeInside } from './cluster-place';
import { readRecord } from './cluster-record';
import { readPostmasterFile, servesCluster } from './postmaster-file';
import { DATABASE, HOST, SUPERUSER } from './settings';

/**
 * State of the embedded database in a data directory: whether there is one, and the URL of its server, null when
 * that does not run at this moment.
 */
export type EmbeddedState = { exists: false } | { exists: true; url: string | null };

/** Looks at the embedded database of another process, without starting or locking anything. */
export function lookAtEmbedded(dataDir: string): EmbeddedState {
  const folder = resolve(dataDir);
  const record = existsSync(folder) ? readRecord(folder) : null;
  if (!record?.initialised) return { exists: false };
  const cluster = clusterIn(record.elsewhere ?? placeInside(folder));
  const file = readPostmasterFile(cluster);
  if (!file?.ready || !servesCluster(file.pid, cluster)) return { exists: true, url: null };
  return { exists: true, url: `postgres://${SUPERUSER}:${record.password}@${HOST}:${file.port}/${DATABASE}` };
}
