import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import type { RecordRef } from '../../../core/records';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { RequestFacts } from './caller';
import { recordDenial } from './repeated-denials';
import { writeEntry, type RecordedBy } from './write-entry';

/** Record that a document must be told of after a change; the sequencer acts on it. */
export type AffectedRecord =
  | RecordRef<'role' | 'members' | 'holders' | 'person' | 'application' | 'user' | 'package' | 'settings'>
  /** Users of a package. */
  | RecordRef<'tenants'>
  /** All of it, anew. */
  | 'feed:all'
  | 'roles:all'
  | 'userRoles:all'
  | 'applications:all'
  | 'users:all'
  /** That the table of routes changed. */
  | 'routes:all';

export const SYSTEM: AuditActor = {
  type: 'system',
  id: null,
  name: 'Rolecall',
  sid: null,
  aal: 0,
  via: 'system'
};

export const ANONYMOUS: AuditActor = {
  type: 'anonymous',
  id: null,
  name: null,
  sid: null,
  aal: 0,
  via: 'web'
};

/** A request that nobody made: the program's own doing. */
export function systemRequest(id: string): RequestFacts {
  return { id, ip: null, peer: null, userAgent: null };
}

/**
 * Writes an event into the log, in the transaction of what it records; of equal denials only the first in a minute.
 * Returns the entry's id, of a denial that is counted the first one's.
 */
export async function record(
  tx: AuditedTransaction,
  by: RecordedBy,
  event: AuditEvent,
  affects: readonly AffectedRecord[]
): Promise<string> {
  return event.action === 'access.denied' && affects.length === 0
    ? recordDenial(tx, by, event)
    : writeEntry(tx, by, event, affects);
}
