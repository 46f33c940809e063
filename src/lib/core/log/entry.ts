import { canonicalJson, type Json } from './canonical-json';
import type { AuditAction } from './actions';

export type AuditActor = {
  type: 'administrator' | 'user' | 'application' | 'system' | 'anonymous';
  id: string | null;
  /** The name at that moment: it stays when the person is renamed or deleted (ADM-8). */
  name: string | null;
  sid: string | null;
  /** Authenticator assurance: 0 nobody or a key, 1 password, 2 password and second factor. */
  aal: 0 | 1 | 2;
  via: 'web' | 'key' | 'cli' | 'system';
  /** The public part of the key through which it was done. */
  key?: string | undefined;
  /** User in whose place it was done: one of staff signed in as this user (TEN-6). */
  onBehalfOf?: OnBehalfOf | undefined;
};

/** User in whose place somebody acted, as they were called then. */
export type OnBehalfOf = { type: 'user'; id: string; name: string };

export type AuditTarget = { type: string; id: string; name: string | null };

export type AuditChange = { path: string; old: Json; new: Json };

export type AuditEvent = {
  action: AuditAction;
  target: AuditTarget;
  outcome: 'success' | 'denied' | 'error';
  reason?: string | undefined;
  change?: AuditChange[] | undefined;
  /** Personal data that explains the event, such as an address: kept where it can be erased (LOG-7). */
  personal?: Record<string, string> | undefined;
};

/** Personal data of a request: kept beside the entry under a salted commitment, so that it can be erased (LOG-7). */
export type AuditPersonalData = {
  ip: string | null;
  peer: string | null;
  userAgent: string | null;
  email?: string;
  /** Contents of `AuditEvent.personal`. */
  details?: Record<string, string>;
};

export type EntryHeader = {
  id: string;
  /** UTC, microseconds: `2026-11-22T05:00:01.000000Z`. */
  at: string;
  actor: AuditActor;
  req: string;
  op?: string | undefined;
  /** Hex of H(0x04 ‖ salt ‖ personal data). */
  pii: string;
  /** The client's own time of an edit made offline: claimed, not known. */
  claimedAt?: string | undefined;
};

/** Longest body the database takes (SECURITY 5.2). */
export const MAX_BODY_BYTES = 65_536;

/** The canonical bytes of an entry's body: these bytes are stored and hashed, never re-made (SECURITY 5.2). */
export function entryBody(header: EntryHeader, event: AuditEvent): Uint8Array {
  const { onBehalfOf, ...actor } = header.actor;
  const text = canonicalJson({
    v: 1,
    id: header.id,
    at: header.at,
    actor,
    on_behalf_of: onBehalfOf,
    action: event.action,
    target: event.target,
    outcome: event.outcome,
    reason: event.reason,
    change: event.change ?? [],
    req: header.req,
    pii: header.pii,
    op: header.op,
    claimed_at: header.claimedAt
  });
  const body = new TextEncoder().encode(text);
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`audit entry of ${body.length} bytes`);
  return body;
}
