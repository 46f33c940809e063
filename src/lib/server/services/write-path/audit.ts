import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import type { RecordRef } from '../../../core/records';
import { pipelined } from '../../db/driver/pipelined';
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

/** Entries that are put together in one go; as many of the records that a batch of the sequencer tells documents of. */
const AT_ONCE = 250;

/**
 * Writes all but the last of many events, in their order and some at a time: of thousands, a process does other
 * things in between. What they affect goes with them in parts, so that documents are told in parts as well.
 * @returns what is left, to be sent with the commit
 */
export async function recordMost(
  tx: AuditedTransaction,
  by: RecordedBy,
  { events, affects }: { events: readonly AuditEvent[]; affects: readonly AffectedRecord[] }
): Promise<{ events: readonly AuditEvent[]; affects: readonly AffectedRecord[] }> {
  let at = 0;
  for (; events.length - at > AT_ONCE; at += AT_ONCE) {
    const told = affects.slice(at, at + AT_ONCE);
    const some = events.slice(at, at + AT_ONCE);
    await pipelined(some.map((event, first) => record(tx, by, event, first === 0 ? told : [])));
  }
  return { events: events.slice(at), affects: affects.slice(at) };
}
