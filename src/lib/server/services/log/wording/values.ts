import type { CatalogueIndex } from '../../../../core/access/catalogue';
import { count, wordOf } from '../../../../core/wording/phrases';
import { permissionName } from '../../../../core/wording/permissions';
import type { EntryDoc } from '../../../db/log/audit-schema';

// What entries say, for whoever puts them into words. Words stand as inside a sentence, with a small first letter.

/** The new value of a change; undefined when the entry says nothing of it. */
export function valueOf(doc: EntryDoc, path: string): unknown {
  return doc.change.find((change) => change.path === path)?.new;
}

/** The permissions that were ticked and unticked. */
export function ticks(doc: EntryDoc): { on: string[]; off: string[] } {
  const change = doc.change.find(({ path }) => path === 'permissions');
  const ids = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return { on: ids(change?.new), off: ids(change?.old) };
}

/** The name of the target, or its id. */
export function targetName(doc: EntryDoc): string {
  return doc.target.name ?? doc.target.id;
}

/** One permission by its name, several by their number. */
export function permissionWords(ids: readonly string[], catalogue: CatalogueIndex): string {
  return ids.length === 1 ? permissionName(catalogue, ids[0]!) : count(ids.length, 'permission');
}

const FORMATS: Record<string, string> = { csv: 'CSV', jsonl: 'JSON Lines', ocsf: 'OCSF' };

/** The format of an export. */
export function exportFormat(doc: EntryDoc): string {
  const format = String(valueOf(doc, 'format') ?? '');
  return wordOf(FORMATS, format) ?? (format || 'unknown format');
}

/** "412 entries" */
export function exportSize(doc: EntryDoc): string {
  const entries = Number(valueOf(doc, 'entries') ?? 0);
  return `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`;
}

const LISTS: Record<string, readonly [string, string]> = {
  administrators: ['administrator', 'administrators'],
  roles: ['role', 'roles'],
  userRoles: ['user role', 'user roles'],
  users: ['user', 'users']
};

/** Name of the list that was exported: "administrators". */
export function exportedList(doc: EntryDoc): string {
  return LISTS[String(valueOf(doc, 'list'))]?.[1] ?? 'a list';
}

/** "3,009 administrators" */
export function listSize(doc: EntryDoc): string {
  const entries = Number(valueOf(doc, 'entries') ?? 0);
  const [one, many] = LISTS[String(valueOf(doc, 'list'))] ?? ['row', 'rows'];
  return `${entries.toLocaleString('en')} ${entries === 1 ? one : many}`;
}

const FACTORS: Record<string, string> = {
  password: 'password',
  'activation-secret': 'initial password',
  invitation: 'invitation',
  'password+totp': 'password and code',
  'password+recovery-code': 'password and recovery code',
  'setup-token': 'setup link'
};

/** Name of the factor somebody signed in with; "" when the entry names an unknown one. */
export function factorWords(doc: EntryDoc): string {
  return wordOf(FACTORS, String(valueOf(doc, 'factor'))) ?? '';
}

const VOID_SECRET = 'someone who knows it has fewer permissions than the account';
const FAILURES: Record<string, string> = {
  'unknown-account': 'no such account',
  'wrong-password': 'wrong password',
  'wrong-code': 'wrong code',
  suspended: 'suspended account',
  throttled: 'too many attempts',
  locked: 'locked account',
  address: 'address not allowed',
  expired: 'expired initial password',
  'activation-void': `void initial password: ${VOID_SECRET}`
};

/** Reason a sign-in failed, in words. */
export function failureWords({ reason }: EntryDoc): string {
  return wordOf(FAILURES, reason ?? '') ?? 'refused';
}

/** Reason an invitation opens nothing, in words. */
export function invitationWords({ reason }: EntryDoc): string {
  return reason === 'activation-void' ? `void: ${VOID_SECRET}` : 'used, replaced or expired';
}

/**
 * "412 sign-in attempts from 4 addresses until 22:14 UTC"; which addresses is personal data and stands beside the
 * entry.
 */
export function refusedTries(doc: EntryDoc): string {
  const [tries, addresses] = [Number(valueOf(doc, 'tries') ?? 0), Number(valueOf(doc, 'addresses') ?? 0)];
  const from = `${addresses.toLocaleString('en')} ${addresses === 1 ? 'address' : 'addresses'}`;
  return `${count(tries, 'sign-in attempt')} from ${from}${untilWords(doc)}`;
}

/** " until 22:14 UTC"; "" when the entry does not say. */
export function untilWords(doc: EntryDoc): string {
  const until = String(valueOf(doc, 'until') ?? '').slice(11, 16);
  return until === '' ? '' : ` until ${until} UTC`;
}

const ENDINGS: Record<string, string> = {
  'too-many': 'more than ten at once',
  replaced: 'signed in again',
  own: 'one of their own',
  'activation-void': 'the initial password became void'
};

/** Reason a session ended, in words; "" when the entry does not say. */
export function endingWords({ reason }: EntryDoc): string {
  return wordOf(ENDINGS, reason ?? '') ?? '';
}

const EXPORT_ENDS: Record<string, string> = {
  cancelled: 'cancelled',
  broken: 'connection lost',
  abandoned: 'never downloaded',
  failed: 'failed on the server',
  barred: 'no longer allowed'
};

/** Reason an export is not whole, in words. */
export function exportEnd({ reason }: EntryDoc): string {
  return wordOf(EXPORT_ENDS, reason ?? '') ?? 'interrupted';
}

const LOGS: Record<string, string> = {
  authentication: 'authentication log',
  activity: 'activity log',
  all: 'whole log'
};

/** Name of the view of the log that was looked at. */
export function logWords({ target }: EntryDoc): string {
  return wordOf(LOGS, target.id) ?? 'log';
}

const FINDERS: Record<string, string> = {
  browser: 'found by a browser',
  file: 'found by the record of checkpoints',
  sequencer: 'found when signing'
};

/** Finder of an inconsistent log, in words. */
export function finderWords({ reason }: EntryDoc): string {
  return wordOf(FINDERS, reason ?? '') ?? '';
}

/** Subject of a change sent to somebody, as its author called it. */
export function sentLabel(doc: EntryDoc): string {
  return String(valueOf(doc, 'label') ?? 'something');
}

/** True if a change of who needs a second factor requires it from then on. */
export function isRequired(doc: EntryDoc): boolean {
  return valueOf(doc, 'require2fa') === true;
}
