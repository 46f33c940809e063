import type { Queryable } from '../db/client';
import { clearThrottle, takeAttempt, type AttemptRule } from '../db/throttle-table';

/** Per account: five tries in 15 minutes, then waits of 1 s, 2 s, 4 s … 15 min. Unknown accounts are counted alike. */
const PER_ACCOUNT: AttemptRule = {
  free: 5,
  windowSeconds: 900,
  firstDelaySeconds: 1,
  longestDelaySeconds: 900
};
/** Per address: 20 tries a minute. */
const PER_ADDRESS: AttemptRule = {
  free: 20,
  windowSeconds: 60,
  firstDelaySeconds: 15,
  longestDelaySeconds: 60
};

/**
 * Asks leave for one try at a password. Counted before the password is looked at, in Postgres, so that neither parallel
 * requests nor a restart give more tries. Returns the seconds to wait, or null to go on.
 */
export async function mayTry(tx: Queryable, emailKey: string, ip: string | null): Promise<number | null> {
  const address = ip === null ? null : await takeAttempt(tx, `address:${networkOf(ip)}`, PER_ADDRESS);
  return address ?? takeAttempt(tx, `account:${emailKey}`, PER_ACCOUNT);
}

/** Counts a wrong setup token: it cannot be guessed, but each is an entry in the log. Seconds to wait, or null. */
export async function mayFailSetup(tx: Queryable, ip: string | null): Promise<number | null> {
  return takeAttempt(tx, `setup:${ip === null ? '' : networkOf(ip)}`, PER_ADDRESS);
}

/** Whom an address counts for: with IPv6 one customer has all of a /64, which would be 2^64 times the tries. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [left = [], right = []] = ip.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/** The right password was given: the account's failures are forgotten, the address's are not. */
export async function clearTries(tx: Queryable, emailKey: string): Promise<void> {
  await clearThrottle(tx, [`account:${emailKey}`]);
}
