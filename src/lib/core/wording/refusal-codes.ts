import type { RefusalCode } from '../access/refusal';
import { wordOf } from './phrases';

// What is said of a refusal where its code is all there is, or all that matters. The rest is in refusals.ts.

/**
 * Sentences at a form about one's own account; left out: the form says it itself, at a field or with what it knows.
 */
const OWN: Partial<Record<RefusalCode, string>> = {
  'auth/locked':
    'This account is locked after too many failed attempts. Another administrator can unlock it.',
  'auth/signed-out': 'You were signed out. Sign in again.',
  'auth/other-session': 'Someone else signed in in this browser. Nothing was changed.',
  'auth/reauthenticate': 'Nothing was changed: this requires your password.',
  'access/permission-required': 'Your role no longer allows this.',
  'auth/two-factor-required': 'Two-factor sign-in is required for your account and stays on.',
  'not-found': 'This no longer exists.',
  busy: 'The server is busy. Try again in a moment.'
};

/** Words in the log, which keeps of a denied attempt the code alone. */
const DENIALS: Partial<Record<RefusalCode, string>> = {
  'access/permission-required': 'Missing permission',
  'access/not-held': 'Missing permission',
  'access/not-dominated': 'Affects someone with more permissions',
  'access/self': 'Own role or account',
  'access/locked': 'Locked role',
  'access/owner': 'Only the owner can do this',
  'access/cap-above-own': 'More than their own cap',
  'access/last-super': 'Last Super Administrator',
  'access/people-only': 'Only for people who are signed in',
  'access/closing': 'Account being closed',
  'access/signed-in-as': 'Signed in as a user',
  'auth/two-factor-required': 'Two-factor sign-in required'
};

/** The same of what another program was told (docs/decisions-api.md). */
const DECISIONS: Readonly<Record<string, string>> = {
  'not-granted': 'Not in the role',
  'owner-only': 'Only the owner can do this',
  scope: 'Not one of their records',
  paused: 'Sending is paused',
  suspended: 'Suspended, or not activated yet',
  closed: 'Account closed',
  expired: 'Access has ended',
  others: 'Many different decisions'
};

/** A refusal in one sentence at a form about one's own account; null where the form has to say it. */
export function ownRefusalText(code: RefusalCode): string | null {
  return OWN[code] ?? null;
}

/** "Own role or account": the reason of a denied attempt; of an unknown code, itself. */
export function denialWords(code: string): string {
  return wordOf(DENIALS, code) ?? wordOf(DECISIONS, code) ?? (code === '' ? 'Refused' : code);
}
