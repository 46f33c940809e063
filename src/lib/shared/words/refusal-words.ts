import { LATER_ACTIONS } from '$lib/core/access/access';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';

/** A reason in words: the rule in a line, and what it means here. */
export type RefusalWords = {
  title: string;
  text: string;
  /** The permission that would help. */ missing: string | null;
};

/** "Contacts › Export": an action is told apart by its group. */
export function permissionName(catalogue: CatalogueIndex, id: string): string {
  if (id === LATER_ACTIONS) return 'every permission, those added later included';
  const action = catalogue.actions.get(id);
  const group = catalogue.groupOf.get(id);
  return action && group ? `${group.label} › ${action.label}` : id;
}

/** "Contacts › Export", "Contacts › Export and 3 more". */
export function permissionNames(catalogue: CatalogueIndex, ids: readonly string[]): string {
  const [first, ...rest] = ids;
  if (first === undefined) return '';
  return rest.length === 0
    ? permissionName(catalogue, first)
    : `${permissionName(catalogue, first)} and ${rest.length} more`;
}

const time = (at: string) =>
  new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

const FIELDS: Record<string, string> = {
  name: 'name',
  description: 'description',
  require2fa: '2FA requirement'
};

const ENDED = {
  applied: 'It was applied meanwhile.',
  declined: 'It was declined meanwhile.',
  withdrawn: 'It was taken back meanwhile.'
};

/** Says a refusal in words (ACC-7): the code is stable, the wording is here. */
export function refusalWords(refusal: Refusal, catalogue: CatalogueIndex): RefusalWords {
  const words = (title: string, text: string, missing: string | null = null) => ({ title, text, missing });
  switch (refusal.code) {
    case 'access/permission-required':
      return words(
        'You may not do this',
        `It takes the permission “${permissionName(catalogue, refusal.permission)}”.`,
        refusal.permission
      );
    case 'access/not-held':
      return words(
        'You do not hold it yourself',
        'Nobody puts into a role what they do not hold.',
        refusal.permissions[0] ?? null
      );
    case 'access/not-dominated':
      return words(
        'Somebody in this role may do more than you',
        'A role is edited only by people who hold everything its members hold.'
      );
    case 'access/self':
      return words(
        'This is your own role',
        'Nobody widens a role they hold themselves. You may take permissions out of it.'
      );
    case 'access/locked':
      return words(
        'This role is locked',
        'Super Administrator holds every permission, those added later included. Clone it to start a role of your own.'
      );
    case 'access/owner':
      return words('Only the owner may', 'The account’s owner is protected from everybody else.');
    case 'access/last-super':
      return words('Nobody would be left', 'At least one usable Super Administrator must remain.');
    case 'access/cap-above-own':
      return words(
        'More than you may send yourself',
        `Nobody gives a higher cap than their own: at most ${typeof refusal.limit === 'number' ? refusal.limit.toLocaleString() : 'unlimited'}.`
      );
    case 'conflict/revoked-since':
      return words(
        'It was revoked meanwhile',
        `${refusal.by} revoked it at ${time(refusal.at)}, before your tick arrived.`
      );
    case 'conflict/changed-since':
      return words(
        `The ${FIELDS[refusal.field] ?? refusal.field} was changed twice`,
        `${refusal.by} changed it at ${time(refusal.at)}. Choose one.`
      );
    case 'conflict/in-use':
      return words(
        'The role is in use',
        `It has ${refusal.members === 1 ? '1 member' : `${refusal.members} members`}. Choose where they go.`
      );
    case 'conflict/not-refused':
      return words(
        'Nothing shows that this was refused',
        'You may be able to do it yourself now. Try again first; if it is refused again, hand it on.'
      );
    case 'conflict/ended':
      return words('It is settled already', ENDED[refusal.state]);
    case 'input/taken':
      return words('This name is taken', `It is the same as, or looks like, “${refusal.looksLike}”.`);
    case 'input/unknown-permission':
      return words(
        'The server does not know this permission',
        'Its catalogue is another one than this page shows. Reload the page.'
      );
    case 'input/invalid':
      return words('This cannot be saved', refusal.message);
    case 'input/op-reused':
      return words('This was sent twice with different content', 'Nothing was changed. Try again.');
    case 'auth/signed-out':
      return words('You were signed out', 'Sign in again, then repeat the edit.');
    case 'auth/other-session':
      return words(
        'Another session is open here',
        'Somebody signed in anew in this browser. Nothing was changed.'
      );
    case 'auth/throttled':
    case 'busy':
      return words('Too much at once', `Try again in ${refusal.retryAfter} s.`);
    case 'not-found':
      return words('It is gone', `This ${refusal.what} was deleted meanwhile.`);
    case 'auth/reauthenticate':
      return words('Prove that it is you', 'This step asks for your password again.');
    case 'auth/step-required':
      return words('Finish signing in first', 'A step of your sign-in is still to be done.');
    case 'auth/wrong-code':
      return words('Wrong code', 'Use the newest code your app shows. Each works once.');
    case 'auth/locked':
      return words(
        'This account is locked',
        'There were too many wrong tries. Another administrator can unlock it.'
      );
    case 'auth/invitation':
      return words('This invitation cannot be used', 'It was used, replaced, or its three days are over.');
    case 'auth/two-factor-required':
      return words('Two-factor sign-in is needed', 'It is required here, or has to be set up first.');
    case 'auth/wrong-credentials':
    case 'auth/setup-token':
    case 'auth/setup-closed':
      return words('You are not signed in', 'Sign in again, then repeat the edit.');
  }
}
