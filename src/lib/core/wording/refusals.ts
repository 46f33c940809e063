import type { KeyProblem } from '../applications/keys';
import type { CapLimit } from '../quotas/caps';
import type { CatalogueIndex } from '../access/catalogue';
import type { Refusal, RefusalCode, RefusalOf } from '../access/refusal';
import { permissionName, permissionNames } from './permissions';
import { count, wordOf } from './phrases';

/** A reason in words: the rule in a line, what it means here, and the permission that would help (null: none would). */
export type RefusalWords = { title: string; text: string; missing: string | null };

type Said = readonly [title: string, text: string];

/** Every way in which one refusal is told. */
type Wording = {
  /** Words to whoever was refused. */
  general: Said;
  /** The same about somebody's account, where it reads differently. */
  person?: Said;
  /** The reason why somebody else was refused, in one sentence. */
  theirs?: string;
  missing?: string | null;
};

type Table = { [C in RefusalCode]: (refusal: RefusalOf<C>, catalogue: CatalogueIndex) => Wording };

const FIELDS: Record<string, string> = {
  name: 'name',
  status: 'status',
  description: 'description',
  require2fa: 'two-factor requirement',
  require2faFrom: 'two-factor requirement'
};

const ENDED = {
  applied: 'It has already been applied.',
  declined: 'It has already been declined.',
  withdrawn: 'It has been withdrawn.'
};

const KEY_PROBLEMS: Record<KeyProblem, string> = {
  unknown: 'It is mistyped, or no one has it.',
  expired: 'It has expired.',
  revoked: 'It was revoked.',
  rotated: 'Another key replaced it, and its time beside that one is over.',
  suspended: 'The application or person it belongs to is suspended.',
  address: 'It cannot be used from this address.'
};
const SIGNED_OUT: Said = ['You are signed out', 'Sign in again, then repeat the change.'];
const TOO_MANY = ({ retryAfter }: { retryAfter: number }): Said => [
  'Too many requests',
  `Try again in ${retryAfter} s.`
];

const WORDS: Table = {
  'access/permission-required': ({ permission }, catalogue) => ({
    general: ['You do not have permission', `This requires “${permissionName(catalogue, permission)}”.`],
    theirs: `They do not have the permission “${permissionName(catalogue, permission)}”.`,
    missing: permission
  }),
  'access/not-held': ({ permissions }, catalogue) => ({
    general: ['You do not have this permission yourself', 'You can only grant permissions that you have.'],
    person: [
      'This role has more permissions than you',
      `You do not have ${permissionNames(catalogue, permissions)} yourself.`
    ],
    theirs: `They do not have ${permissionNames(catalogue, permissions)} themselves.`,
    missing: permissions[0] ?? null
  }),
  'access/not-dominated': () => ({
    general: [
      'Someone in this role has more permissions than you',
      'Only people who have every permission of its members can edit a role.'
    ],
    person: [
      'They have more permissions than you',
      'Only people who have every permission of an account can change it. A Super Administrator can help.'
    ],
    theirs: 'It affects someone with more permissions than they have.'
  }),
  'access/self': () => ({
    general: [
      'This is your own role',
      'You cannot add permissions to your own role. You can remove permissions from it.'
    ],
    person: [
      'This is your own account',
      'You cannot change your own role, caps, status or sign-in here. Use My account, or ask another administrator.'
    ],
    theirs: 'It affects their own role or account.'
  }),
  'access/locked': () => ({
    general: [
      'This role is locked',
      'Super Administrator has every permission, including ones added later. Clone it to start a role of your own.'
    ],
    theirs: 'The role is locked.'
  }),
  'access/owner': () => ({
    general: ['Only the owner can do this', 'The owner’s account is protected from everyone else.'],
    person: ['The owner is protected', 'Only the owner can change the owner’s account.'],
    theirs: 'It affects the owner.'
  }),
  'access/last-super': () => ({
    general: ['No Super Administrator would be left', 'At least one active Super Administrator must remain.'],
    theirs: 'No active Super Administrator would be left.'
  }),
  'access/people-only': () => ({
    general: ['Not with a key', 'Only an administrator who is signed in can do this.'],
    theirs: 'It was asked for with a key.'
  }),
  'access/closing': () => ({
    general: [
      'This account is being closed',
      'Until it is closed you can sign in, read and export. Nothing else can be changed.'
    ],
    theirs: 'Their account is being closed.'
  }),
  'access/signed-in-as': () => ({
    general: [
      'You are only looking',
      'You signed in as this user to look. Nothing can be changed. Leave to continue as yourself.'
    ],
    theirs: 'They were signed in as a user.'
  }),
  'access/cap-above-own': ({ limit }) => ({
    general: [
      'More than your own cap',
      `You can set at most ${limitText(limit)}. Only someone with a higher cap, or without one, can set more.`
    ],
    theirs: 'It is more than their own cap.'
  }),
  'conflict/revoked-since': ({ by, at }) => ({
    general: ['Removed in the meantime', `${by} removed it at ${clock(at)}, before your tick arrived.`],
    theirs: `${by} removed it before their change arrived.`
  }),
  'conflict/changed-since': ({ field, by, at }) => ({
    general: [
      `The ${wordOf(FIELDS, field) ?? field} was changed twice`,
      `${by} changed it at ${clock(at)}. Choose which to keep.`
    ],
    theirs: `${by} changed it before their change arrived.`
  }),
  'conflict/in-use': ({ members, packages }) => ({
    general: [
      'The role is in use',
      packages === undefined
        ? `It has ${count(members, 'member')}. Choose where to move them.`
        : `${count(packages, 'package')} with ${count(members, 'user')} ${packages === 1 ? 'has' : 'have'} it. Choose the role that replaces it.`
    ],
    theirs: packages === undefined ? 'The role has members.' : 'Packages have the role.'
  }),
  'conflict/not-refused': () => ({
    general: [
      'Nothing shows that this was refused',
      'You may be able to do it yourself now. Try again first; if it is refused again, send it to someone.'
    ]
  }),
  'conflict/ended': ({ state }) => ({ general: ['Already settled', ENDED[state]] }),
  'input/taken': (refusal) => ({
    general: ['This name is taken', `It is the same as, or looks like, “${refusal.looksLike}”.`],
    person: ['This address is taken', whoseAddress(refusal)],
    theirs: `It is taken, or looks like “${refusal.looksLike}”.`
  }),
  'input/unknown-permission': () => ({
    general: [
      'The server does not know this permission',
      'Its catalogue differs from the one on this page. Reload the page.'
    ]
  }),
  'input/not-for-users': ({ permissions }, catalogue) => ({
    general: [
      'Not for users',
      `A user role can’t include ${permissionNames(catalogue, permissions)}: only administrators can have ${permissions.length === 1 ? 'it' : 'them'}.`
    ],
    theirs: 'It is for administrators only.'
  }),
  'input/invalid': ({ message }) => ({ general: ['This cannot be saved', message], theirs: message }),
  'input/op-reused': () => ({
    general: ['This was sent twice with different content', 'Nothing was changed. Try again.']
  }),
  'auth/signed-out': () => ({ general: SIGNED_OUT }),
  'auth/other-session': () => ({
    general: ['Another session is open here', 'Someone else signed in in this browser. Nothing was changed.']
  }),
  'auth/key': ({ reason }) => ({ general: ['This key does not work', KEY_PROBLEMS[reason]] }),
  'auth/throttled': (refusal) => ({ general: TOO_MANY(refusal) }),
  busy: (refusal) => ({
    general: TOO_MANY(refusal)
  }),
  'not-found': ({ what }) => ({
    general: ['No longer there', `This ${what} has been deleted.`]
  }),
  'auth/reauthenticate': () => ({
    general: ['Confirm it’s you', 'This step requires your password again.'],
    person: ['Nothing was changed', 'This step requires your password, which was not entered.'],
    theirs: 'They did not enter their password.'
  }),
  'auth/step-required': () => ({
    general: ['Finish signing in first', 'A step of your sign-in is still pending.']
  }),
  'auth/wrong-code': () => ({
    general: ['That code isn’t right', 'Use the newest code your app shows. Each works once.']
  }),
  'auth/locked': () => ({
    general: [
      'This account is locked',
      'There were too many failed attempts. Another administrator can unlock it.'
    ]
  }),
  'auth/invitation': () => ({
    general: ['This invitation cannot be used', 'It was used, replaced, or has expired.']
  }),
  'auth/two-factor-required': () => ({
    general: ['Two-factor sign-in is required', 'It must be set up, and cannot be turned off.']
  }),
  'auth/wrong-credentials': () => ({ general: SIGNED_OUT }),
  'auth/setup-token': () => ({ general: SIGNED_OUT }),
  'auth/setup-closed': () => ({ general: SIGNED_OUT })
};

/** Says a refusal (ACC-7). */
export function refusalWords(refusal: Refusal, catalogue: CatalogueIndex): RefusalWords {
  const { general, missing = null } = wordingOf(refusal, catalogue);
  return { title: general[0], text: general[1], missing };
}

/** Says a refusal about somebody's account (ACC-7). */
export function personRefusalWords(refusal: Refusal, catalogue: CatalogueIndex): RefusalWords {
  const { general, person = general, missing = null } = wordingOf(refusal, catalogue);
  return { title: person[0], text: person[1], missing };
}

/** "This is your own account. You cannot change …", for a line of its own. */
export function personRefusalText(refusal: Refusal, catalogue: CatalogueIndex): string {
  const { title, text } = personRefusalWords(refusal, catalogue);
  return `${title}. ${text}`;
}

/** Reason why something was refused to somebody else, in a sentence (ACC-7). */
export function reasonOfOther(refusal: Refusal, catalogue: CatalogueIndex): string {
  return wordingOf(refusal, catalogue).theirs ?? 'It was refused.';
}

function wordingOf(refusal: Refusal, catalogue: CatalogueIndex): Wording {
  const words = WORDS[refusal.code] as (refusal: Refusal, catalogue: CatalogueIndex) => Wording;
  return words(refusal, catalogue);
}

function limitText(limit: CapLimit): string {
  return typeof limit === 'number' ? limit.toLocaleString() : 'unlimited';
}

/** The time of day, as the reader's device writes it. */
function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { timeStyle: 'short' });
}

/** Words for the field of an address that is taken. */
export function takenAddressText(refusal: RefusalOf<'input/taken'>): string {
  return `This address is taken. ${whoseAddress(refusal)}`;
}

/** The words of a refusal of what was typed; null: it is about something else. */
export function inputWords(refusal: Refusal): string | null {
  if (refusal.code === 'input/taken') return takenAddressText(refusal);
  return refusal.code === 'input/invalid' ? refusal.message : null;
}

/** Sentence about whose an address is and how they write it, for those who are told. */
function whoseAddress({ looksLike, holder }: RefusalOf<'input/taken'>): string {
  if (holder === undefined) return 'Another account already uses it.';
  return looksLike === holder.name
    ? `It is a sending name of ${holder.name}.`
    : `It belongs to ${holder.name} (${looksLike}).`;
}
