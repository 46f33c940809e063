import type { Refusal } from '../../core/access/refusal';
import type { Queryable } from '../db/driver/client';
import {
  anyBlocked,
  clearThrottle,
  countAttempts,
  takeAttempt,
  type AttemptRule
} from '../db/tables/throttle-table';

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
/** All together, devices that are known apart: 100 tries a minute. */
const ALL: AttemptRule = { free: 100, windowSeconds: 60, firstDelaySeconds: 5, longestDelaySeconds: 60 };
/** What an address may try in a minute however many tries the others make: nobody keeps everybody else out. */
const OWN_TRIES = 2;
/** Tries in a minute beyond which those at accounts that do not exist are counted together. */
const MANY = 20;
const TEN_YEARS = 315_360_000;
/** A hundred wrong ones without a right one in between: only another administrator opens the account again. */
const IN_A_ROW: AttemptRule = {
  free: 100,
  windowSeconds: TEN_YEARS,
  firstDelaySeconds: TEN_YEARS,
  longestDelaySeconds: TEN_YEARS
};
/** Codes: ten an hour (SECURITY A-10). */
const CODES: AttemptRule = {
  free: 10,
  windowSeconds: 3600,
  firstDelaySeconds: 3600,
  longestDelaySeconds: 3600
};

/**
 * Asks leave for one try at a password. Counted before the password is looked at, in Postgres, so that neither parallel
 * requests nor a restart give more tries.
 * @param knownDevice hash of the device's cookie, when this person has signed in from it before: others who guess cannot lock
 * it out, as it is counted on its own
 */
export async function mayTryPassword(
  tx: Queryable,
  emailKey: string,
  ip: string | null,
  knownDevice: Uint8Array | null
): Promise<Refusal | null> {
  if (knownDevice) return take(tx, deviceSubject(emailKey, knownDevice), PER_ACCOUNT);
  const address = ip === null ? null : `address:${networkOf(ip)}`;
  const ofAddress = address === null ? null : await take(tx, address, PER_ADDRESS);
  if (ofAddress) return ofAddress;
  // Before the account's own: a try that is turned away here is none at its password.
  const ofAll = await take(tx, 'all', ALL);
  if (ofAll && (address === null || (await countAttempts(tx, address)) > OWN_TRIES)) return ofAll;
  return (await take(tx, `account:${emailKey}`, PER_ACCOUNT)) ?? take(tx, `row:${emailKey}`, IN_A_ROW);
}

/** Whether so many tries are made in this minute that not each one at an account that does not exist is worth an entry. */
export async function areManyTries(tx: Queryable): Promise<boolean> {
  return (await countAttempts(tx, 'all')) > MANY;
}

/** The right password was given: the account's failures are forgotten, the address's are not. */
export async function clearPasswordTries(
  tx: Queryable,
  emailKey: string,
  device: Uint8Array | null
): Promise<void> {
  const subjects = [`account:${emailKey}`, `row:${emailKey}`];
  await clearThrottle(tx, device ? [...subjects, deviceSubject(emailKey, device)] : subjects);
}

/** How many tries at a password there were since the last right one; the one under way counts. */
export async function passwordTries(tx: Queryable, emailKey: string): Promise<number> {
  return countAttempts(tx, `row:${emailKey}`);
}

/**
 * Asks leave for one try at a code of somebody's second factor, whatever session it comes from.
 * @param knownDevice as for passwords: counted on its own, so that somebody else who guesses cannot lock it out
 */
export async function mayTryCode(
  tx: Queryable,
  administratorId: string,
  knownDevice: Uint8Array | null
): Promise<Refusal | null> {
  if (knownDevice) return take(tx, codeSubject(administratorId, knownDevice), CODES);
  return (
    (await take(tx, `code:${administratorId}`, CODES)) ?? take(tx, `code-row:${administratorId}`, IN_A_ROW)
  );
}

/** The right code was given. */
export async function clearCodeTries(
  tx: Queryable,
  administratorId: string,
  device: Uint8Array | null
): Promise<void> {
  const subjects = [`code:${administratorId}`, `code-row:${administratorId}`];
  await clearThrottle(tx, device ? [...subjects, codeSubject(administratorId, device)] : subjects);
}

/** Whether an account was closed by wrong tries in a row. */
export async function isLockedOut(tx: Queryable, person: { id: string; emailKey: string }): Promise<boolean> {
  return anyBlocked(tx, [`row:${person.emailKey}`, `code-row:${person.id}`]);
}

async function take(tx: Queryable, subject: string, rule: AttemptRule): Promise<Refusal | null> {
  const wait = await takeAttempt(tx, subject, rule);
  if (wait === null) return null;
  return rule === IN_A_ROW ? { code: 'auth/locked' } : { code: 'auth/throttled', retryAfter: wait };
}

function codeSubject(administratorId: string, device: Uint8Array): string {
  return `code-device:${administratorId}:${Buffer.from(device).toString('hex')}`;
}

function deviceSubject(emailKey: string, device: Uint8Array): string {
  return `device:${emailKey}:${Buffer.from(device).toString('hex')}`;
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
