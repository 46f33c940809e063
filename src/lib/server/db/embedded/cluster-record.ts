import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync
} from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error';

/** Record of the embedded database in the data directory. Holds the superuser's password: mode 0600. */
export interface ClusterRecord {
  /** Directory of the database when it cannot live inside the data directory; else null. */
  elsewhere: string | null;
  password: string;
  /** Set once the database exists: from then on a missing one is a loss to report, not a first start. */
  initialised: boolean;
}

const RECORD_FILE = 'postgres.json';

export function recordPath(dataDir: string): string {
  return join(dataDir, RECORD_FILE);
}

/** A record for a database that does not exist yet, with a random 192-bit password that needs no URL escaping. */
export function newRecord(): ClusterRecord {
  return { elsewhere: null, password: randomBytes(24).toString('base64url'), initialised: false };
}

/** Null when there is none yet. */
export function readRecord(dataDir: string): ClusterRecord | null {
  let text: string;
  try {
    text = readFileSync(recordPath(dataDir), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  const record = parse(text);
  if (!record) throw new EmbeddedPostgresError(`${recordPath(dataDir)} is damaged: restore it from a backup`);
  return record;
}

/** Replaces the record in one step that survives a power cut. */
export function writeRecord(dataDir: string, record: ClusterRecord): void {
  const path = recordPath(dataDir);
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(record, null, 2) + '\n');
    if (process.getuid?.() === 0) {
      // Root must not take the file away from the user whose directory it is.
      const owner = statSync(dataDir);
      fchownSync(file, owner.uid, owner.gid);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function parse(text: string): ClusterRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { elsewhere, password, initialised } = value as Partial<Record<keyof ClusterRecord, unknown>>;
  const placed = elsewhere === null || typeof elsewhere === 'string';
  if (!placed || typeof password !== 'string' || typeof initialised !== 'boolean') return null;
  return { elsewhere, password, initialised };
}
