import type { UserSummary } from '$lib/documents/cells';
import { statusAt, type UserStatus } from '$lib/core/users/user-status';

/** Facts that decide the status of a user, as lists and pages have them. Times are ISO 8601. */
export type StatusFacts = Pick<UserSummary, 'status' | 'suspendedUntil' | 'closesAt'>;

const DAY_MS = 86_400_000;
const timeOf = (iso: string | null) => (iso === null ? null : Date.parse(iso));

/** The status in force at a moment. */
export function statusNow({ status, suspendedUntil, closesAt }: StatusFacts, now: Date): UserStatus {
  const stored = { status, suspendedUntil: timeOf(suspendedUntil), closesAt: timeOf(closesAt) };
  return statusAt(stored, now.getTime());
}

/** "12 days left", "1 day left", "ends today": of a closing that is under way. */
export function daysLeftWords(closesAt: string, now: Date): string {
  const days = Math.floor((Date.parse(closesAt) - now.getTime()) / DAY_MS);
  if (days <= 0) return 'ends today';
  return days === 1 ? '1 day left' : `${days} days left`;
}

export const STATUS_LABELS: Record<UserStatus, string> = {
  active: 'Active',
  suspended: 'Suspended',
  closing: 'Closing',
  closed: 'Closed'
};
