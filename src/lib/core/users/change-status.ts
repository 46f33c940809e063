import { requirePermission, type Actor } from '../access/access';
import type { Refusal } from '../access/refusal';
import { CLOSING_DAYS, statusAt, type StoredStatus } from './user-status';

// The steps between the statuses of a user (TEN-1, TEN-7). Times are milliseconds of the epoch.

const DAY = 86_400_000;

/** What a step leads to; `unchanged`: it is so already. */
export type StatusDecision = { refused: Refusal } | 'unchanged' | 'change';

export type Suspension = { reason: string; until: number | null };

/** Suspends, or says another reason or end of a suspension that is in force. To end one sooner takes what ending one takes. */
export function decideSuspend(
  actor: Actor,
  stored: StoredStatus & { reason: string | null },
  asked: Suspension,
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
  return missing ? { refused: missing } : 'change';
}

/** Lets a user in again. Ending a closing takes what closing takes. */
export function decideReactivate(actor: Actor, stored: StoredStatus): StatusDecision {
  if (stored.status === 'active') return 'unchanged';
  const missing = stored.status === 'closing' ? requirePermission(actor, 'tenants.users.close') : null;
  return missing ? { refused: missing } : 'change';
}

/** Begins a closing; one that is under way goes on as it is. */
export function decideClose(stored: StoredStatus): StatusDecision {
  return stored.status === 'closing' ? 'unchanged' : 'change';
}

/** When a closing that begins now is over. */
export function closingEnds(now: number): number {
  return now + CLOSING_DAYS * DAY;
}

/** Whether an account is closed at a moment, whether or not that was written yet: nothing can be done to it. */
export function isClosed(stored: StoredStatus, now: number): boolean {
  return statusAt(stored, now) === 'closed';
}

function no(field: string, message: string): StatusDecision {
  return { refused: { code: 'input/invalid', field, message } };
}
