import type { Refusal } from '../../core/access/refusal';
import type { Queryable } from '../db/driver/client';
import {
  anyBlocked,
  block,
  clearThrottle,
  clearThrottleFrom,
  countAttempts,
  takeAttempt,
  type AttemptRule
} from '../db/tables/throttle-table';

/**
 * Rule per account: five tries in 15 minutes, then waits of 1 s, 2 s, 4 s … 15 min. Unknown accounts are counted
 * alike.
 */
const PER_ACCOUNT: AttemptRule = {
  free: 5,
  windowSeconds: 900,
  firstDelaySeconds: 1,
  longestDelaySeconds: 900
};
/** Rule per address: 20 tries a minute. */
const PER_ADDRESS: AttemptRule = {
  free: 20,
  windowSeconds: 60,
  firstDelaySeconds: 15,
  longestDelaySeconds: 60
};
/** All together, devices that are known apart: 100 tries a minute. */
const ALL: AttemptRule = { free: 100, windowSeconds: 60, firstDelaySeconds: 5, longestDelaySeconds: 60 };
/** Tries that an address always has in a minute, however many the others make: nobody keeps everybody else out. */
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

/** Lately, of an address that failed, in seconds. */
const LATELY_SECONDS = 900;
/** The owner is told of a flood once an hour. */
const FLOOD_TOLD: AttemptRule = {
  free: 1,
  windowSeconds: 3600,
  firstDelaySeconds: 3600,
  longestDelaySeconds: 3600
};

export type PasswordLeave =
  | {
      refused: Refusal;
      /** It was turned away for what all together try. */
      byAll: boolean;
    }
  | {
      refused: null;
      /** Compared before others: the device is known, or nobody failed at its address lately. */
      goesFirst: boolean;
    };

/**
 * Asks leave for one try at a password. Counted before the password is looked at, in Postgres, so that neither
 * parallel requests nor a restart give more tries.
 * @param knownDevice hash of the device's cookie, when this person has signed in from it before: others who guess
 *   cannot lock it out, as it is counted on its own
 */
export async function mayTryPassword(
  tx: Queryable,
  emailKey: string,
  ip: string | null,
  knownDevice: Uint8Array | null
): Promise<PasswordLeave> {
  if (knownDevice && !(await anyBlocked(tx, [deviceRow(emailKey, knownDevice)]))) {
    const ofDevice = await take(tx, deviceSubject(emailKey, knownDevice), PER_ACCOUNT);
    if (ofDevice) return { refused: ofDevice, byAll: false };
    // After a hundred wrong ones in a row it is known no longer: whoever has a copy of its cookie guesses as
    // everybody does.
    if (!(await take(tx, deviceRow(emailKey, knownDevice), IN_A_ROW)))
      return { refused: null, goesFirst: true };
  }
  const address = ip === null ? null : `address:${networkOf(ip)}`;
  const ofAddress = address === null ? null : await take(tx, address, PER_ADDRESS);
  if (ofAddress) return { refused: ofAddress, byAll: false };
  // Before the account's own: a try that is turned away here is none at its password.
  const ofAll = await take(tx, 'all', ALL);
  if (ofAll && (address === null || (await countAttempts(tx, address)) > OWN_TRIES))
    return { refused: ofAll, byAll: true };
  const ofAccount =
    (await take(tx, `account:${emailKey}`, PER_ACCOUNT)) ?? (await take(tx, `row:${emailKey}`, IN_A_ROW));
  if (ofAccount) return { refused: ofAccount, byAll: false };
  return { refused: null, goesFirst: ip !== null && !(await anyBlocked(tx, [failedSubject(ip)])) };
}

/** Notes that a wrong password came from an address: for a while its tries are compared after those of others. */
export async function noteFailure(tx: Queryable, ip: string | null): Promise<void> {
  if (ip !== null) await block(tx, failedSubject(ip), LATELY_SECONDS);
}

/** Asks leave to tell the owner that tries are turned away for what all together try. */
export async function mayTellOfFlood(tx: Queryable): Promise<boolean> {
  return (await takeAttempt(tx, FLOOD, FLOOD_TOLD)) === null;
}

/** True if the owner was told within the hour. */
export async function wasToldOfFlood(tx: Queryable): Promise<boolean> {
  return anyBlocked(tx, [FLOOD]);
}

/** True if this minute has too many tries for each one at an account that does not exist to be worth an entry. */
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
  const ofDevice = device ? [deviceSubject(emailKey, device), deviceRow(emailKey, device)] : [];
  await clearThrottle(tx, [...subjects, ...ofDevice]);
}

/** Number of tries at a password since the last right one; the one under way counts. */
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

/** Forgets all tries at an account that is gone: their subjects hold its address. */
export async function forgetTries(tx: Queryable, account: { id: string; emailKey: string }): Promise<void> {
  await clearPasswordTries(tx, account.emailKey, null);
  await clearCodeTries(tx, account.id, null);
  const ofDevice = `device:${account.emailKey}:`;
  await clearThrottleFrom(tx, [ofDevice, `row:${ofDevice}`, `code-device:${account.id}:`]);
}

/** True if an account was closed by wrong tries in a row. */
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

const FLOOD = 'flood';

function failedSubject(ip: string): string {
  return `failed:${networkOf(ip)}`;
}

/** Its head is that of all counters of tries in a row: they are kept longer. */
function deviceRow(emailKey: string, device: Uint8Array): string {
  return `row:${deviceSubject(emailKey, device)}`;
}

/**
 * Counts a wrong link of the setup or of an invitation: it cannot be guessed, but each is an entry in the log. As
 * many for all together as for an address: whoever has a right one is never counted. Seconds to wait, or null.
 */
export async function mayFailSetup(tx: Queryable, ip: string | null): Promise<number | null> {
  return (
    (await takeAttempt(tx, `setup:${ip === null ? '' : networkOf(ip)}`, PER_ADDRESS)) ??
    takeAttempt(tx, 'setup-all', PER_ADDRESS)
  );
}

/** Whom an address counts for: with IPv6 one customer has all of a /64, which would be 2^64 times the tries. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [left = [], right = []] = ip.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
