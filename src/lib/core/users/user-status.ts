/**
 * Statuses as they are stored. `closing`: may export what is theirs until the end of the closing; `closed`: what
 * was personal is erased (TEN-7).
 */
export const USER_STATUSES = ['active', 'suspended', 'closing', 'closed'] as const;

export type UserStatus = (typeof USER_STATUSES)[number];

/** Time in which somebody whose account is being closed may still export what is theirs, in days. */
export const CLOSING_DAYS = 30;

/** Status of a user as stored, with all that decides it at a moment. Times are milliseconds of the epoch. */
export type StoredStatus = {
  status: UserStatus;
  /** Moment at which a suspension ends by itself; null: it does not. */
  suspendedUntil: number | null;
  /** Moment at which a closing is over; null: none is under way. */
  closesAt: number | null;
};

/**
 * The status that is in force at a moment: a suspension with an end is over then, and a closing is done then,
 * whether or not the entry that says so was written yet. Every way in asks this one (TEN-7).
 */
export function statusAt({ status, suspendedUntil, closesAt }: StoredStatus, now: number): UserStatus {
  if (status === 'suspended' && suspendedUntil !== null && suspendedUntil <= now) return 'active';
  if (status === 'closing' && closesAt !== null && closesAt <= now) return 'closed';
  return status;
}
