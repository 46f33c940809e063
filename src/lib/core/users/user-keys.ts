import type { CapLimit } from '../quotas/caps';
import type { UserCount } from './in-force';

/** Keys of one user that work at once, whatever its package says: every process has all keys in memory. */
export const MOST_USER_KEYS = 100;

/** Calls a minute that each process takes of all keys of one user together. */
export const USER_CALLS_PER_MINUTE = 300;

/** Keys that one user makes within a day, also of those that work no more: entries and processes keep what was made. */
export const MOST_USER_KEYS_A_DAY = 100;

/**
 * True if a user with so many keys that work may make another one. @param limit its count of keys in force (TEN-2)
 */
export function roomForKey(limit: CapLimit, working: number): boolean {
  return working < mostKeys(limit);
}

/** Sentence on why there is no room for another key: it names the limit and whose it is. */
export function noRoomForKey(limit: CapLimit, source: UserCount['source']): string {
  const most = mostKeys(limit);
  const isCount = limit !== 'unlimited' && limit <= MOST_USER_KEYS;
  const allows = isCount && source === 'package' ? 'Your package allows' : 'Your account allows';
  if (most === 0) return `${allows} no API keys.`;
  const many = most === 1 ? '1 API key that works' : `${most} API keys that work`;
  return `${allows} ${many} at the same time. Revoke one first.`;
}

function mostKeys(limit: CapLimit): number {
  return limit === 'unlimited' ? MOST_USER_KEYS : Math.min(limit, MOST_USER_KEYS);
}
