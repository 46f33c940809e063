import { requirePermission, type Actor } from '../access/access';
import type { Refusal } from '../access/refusal';
import { changedSince, type FieldChange } from '../editing/changed-since';
import { CLOSING_DAYS, statusAt, type StoredStatus, type UserStatus } from './user-status';

// The steps between the statuses of a user (TEN-1, TEN-7). Times are milliseconds of the epoch.

const DAY = 86_400_000;

/** Decision on a step; `unchanged`: it is so already. */
export type StatusDecision = { refused: Refusal } | 'unchanged' | 'change';

export type Suspension = { reason: string; until: number | null };

/** Knowledge of whoever asks for a step: the version they had seen, and who changed the status last. */
export type StatusKnown = { seen?: number | undefined; change?: FieldChange | undefined };

/**
 * Suspends, or says another reason or end of a suspension that is in force. To end one sooner takes what ending one
 * takes. Whoever is active is suspended whatever happened meanwhile (LIV-6); a suspension that its author had not
 * seen is not written over.
 */
export function decideSuspend(
  actor: Actor,
  stored: StoredStatus & { reason: string | null },
  asked: Suspension & StatusKnown,
  now: number
): StatusDecision {
  if (asked.until !== null && asked.until <= now) return no('until', 'Choose a time that is still to come.');
  const status = statusAt(stored, now);
  if (status === 'closing')
    return no('id', 'This account is being closed, which bars it already. Reactivate it first.');
  const isSame =
    status === 'suspended' && stored.reason === asked.reason && stored.suspendedUntil === asked.until;
  if (isSame) return 'unchanged';
  const isSooner = status === 'suspended' && (asked.until ?? Infinity) < (stored.suspendedUntil ?? Infinity);
  const missing = isSooner ? requirePermission(actor, 'tenants.users.activate') : null;
  if (missing) return { refused: missing };
  return unlessChanged(status === 'suspended' ? asked : null, 'suspended', status);
}

/**
 * Lets a user in again. Ending a closing takes what closing takes. What barred them since its author looked is not
 * undone (LIV-6).
 */
export function decideReactivate(
  actor: Actor,
  stored: StoredStatus,
  known: StatusKnown = {}
): StatusDecision {
  if (stored.status === 'active') return 'unchanged';
  const missing = stored.status === 'closing' ? requirePermission(actor, 'tenants.users.close') : null;
  return missing ? { refused: missing } : unlessChanged(known, 'active', stored.status);
}

/**
 * Begins a closing; one that is under way goes on as it is. It ends in an erasure: whoever asks knows the last
 * step.
 */
export function decideClose(stored: StoredStatus, known: StatusKnown = {}): StatusDecision {
  return stored.status === 'closing' ? 'unchanged' : unlessChanged(known, 'closing', stored.status);
}

function unlessChanged(known: StatusKnown | null, yours: UserStatus, theirs: UserStatus): StatusDecision {
  const conflict = known && changedSince('status', { ...known, yours, theirs });
  return conflict ? { refused: conflict } : 'change';
}

/** Moment at which a closing that begins now is over, in milliseconds of the epoch. */
export function closingEnds(now: number): number {
  return now + CLOSING_DAYS * DAY;
}

/** True if an account is closed at a moment, whether or not that was written yet: nothing can be done to it. */
export function isClosed(stored: StoredStatus, now: number): boolean {
  return statusAt(stored, now) === 'closed';
}

function no(field: string, message: string): StatusDecision {
  return { refused: { code: 'input/invalid', field, message } };
}
