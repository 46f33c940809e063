import type { AuditAction } from '../../../../core/log/actions';
import type { CatalogueIndex } from '../../../../core/access/catalogue';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { exportFormat, refusedTries, targetName, ticks, valueOf } from './entry-values';
import { summarise } from './summary';

/** A piece of a sentence; what it is about stands out. */
export type Phrase = string | { b: string };

type Known = { catalogue: CatalogueIndex; roleName: (id: string) => string | null };

/**
 * What happened, to be read after the name of whoever did it: "removed *Export contacts* from *Support*". What the program did by
 * itself reads the same after "Rolecall". Where there is nothing better to say: what the feed says.
 */
export function sentence(doc: EntryDoc, known: Known): Phrase[] {
  const words = SENTENCES[doc.action as AuditAction] as
    ((doc: EntryDoc, known: Known) => Phrase[]) | undefined;
  if (words) return words(doc, known);
  const { summary } = summarise(known.catalogue, doc, null);
  return [summary.charAt(0).toLowerCase() + summary.slice(1)];
}

/** Words between what the sentence is about; an empty one leaves no trace. */
function say(words: TemplateStringsArray, ...about: (string | number)[]): Phrase[] {
  return words
    .flatMap((word, at): Phrase[] => [word, ...(at < about.length ? [{ b: String(about[at]) }] : [])])
    .filter((piece) => (typeof piece === 'string' ? piece !== '' : piece.b !== ''));
}

const SENTENCES: Record<AuditAction, (doc: EntryDoc, known: Known) => Phrase[]> = {
  'setup.owner': () => say`set up Rolecall and became its ${'owner'}`,
  'setup.denied': () => say`tried a wrong or expired ${'setup link'}`,
  'auth.sign_in': (doc) => say`signed in with ${FACTORS[String(valueOf(doc, 'factor'))] ?? 'a password'}`,
  'auth.sign_in_failed': (doc) => say`could not sign in: ${FAILURES[doc.reason ?? ''] ?? 'refused'}`,
  'auth.tries_refused': (doc) => say`refused ${refusedTries(doc)}`,
  'auth.password_accepted': () => say`gave the right password; a ${'code'} is to follow`,
  'auth.second_factor_failed': (doc) =>
    doc.reason === 'enrolment'
      ? say`gave a ${'wrong code'} while setting up two-factor sign-in`
      : say`gave a ${'wrong code'} at sign-in`,
  'auth.reauthenticated': () => say`proved the ${'password'} for a sensitive step`,
  'auth.reauthentication_failed': (doc) =>
    say`could not prove who they are: ${doc.reason === 'wrong-code' ? 'wrong code' : 'wrong password'}`,
  'auth.password_changed': (doc) =>
    doc.outcome === 'denied'
      ? say`could not change the ${'password'}: wrong present password`
      : say`changed their ${'password'}${doc.reason === 'activation' ? ' after the first sign-in' : ''}`,
  'auth.two_factor_begun': () => say`began to set up ${'two-factor sign-in'}`,
  'auth.two_factor_enabled': () => say`turned on ${'two-factor sign-in'}`,
  'auth.two_factor_disabled': () => say`turned off ${'two-factor sign-in'}`,
  'auth.recovery_codes_made': () => say`made new ${'recovery codes'}`,
  'auth.invitation_accepted': () => say`accepted the ${'invitation'}`,
  'auth.invitation_refused': ({ reason }) =>
    reason === 'activation-void'
      ? say`opened an ${'invitation'} that is void`
      : say`opened an ${'invitation'} that is used, replaced or expired`,
  'auth.allowlist_changed': () => say`changed their own ${'allowed addresses'}`,
  'auth.sign_out': () => say`signed out`,
  'session.expired': () => say`was signed out: the session's time was over`,
  'session.revoked': (doc) => say`ended a ${'session'}${ENDINGS[doc.reason ?? ''] ?? ''}`,
  'database.migrated': () => say`brought the ${'database'} up to date`,
  'catalogue.changed': (doc) => say`brought a new catalogue, version ${doc.target.id}`,
  'role.seeded': (doc) => say`shipped the role ${targetName(doc)}`,
  'role.created': (doc) =>
    say`created the role ${targetName(doc)} with ${count(ticks(doc).on.length, 'permission')}`,
  'role.edited': roleEdited,
  'role.deleted': (doc) => say`deleted the role ${targetName(doc)}`,
  'role.sessions_revoked': (doc) => say`signed everybody in ${targetName(doc)} out`,
  'administrator.created': (doc, { roleName }) => {
    const role = valueOf(doc, 'roleId');
    return typeof role === 'string'
      ? say`created the account of ${targetName(doc)} as ${roleName(role) ?? role}`
      : say`created the account of ${targetName(doc)}`;
  },
  'administrator.role_changed': (doc, { roleName }) => {
    const named = (id: unknown) => (typeof id === 'string' ? (roleName(id) ?? id) : 'no role');
    const change = doc.change.find(({ path }) => path === 'roleId');
    return say`moved ${targetName(doc)} from ${named(change?.old)} to ${named(change?.new)}`;
  },
  'administrator.edited': (doc) =>
    say`changed ${list(doc.change.map(({ path }) => PERSON_FIELDS[path] ?? path))} of ${targetName(doc)}`,
  'administrator.suspended': (doc) => say`suspended ${targetName(doc)}`,
  'administrator.reactivated': (doc) => say`reactivated ${targetName(doc)}`,
  'administrator.deactivated': (doc) => say`deactivated ${targetName(doc)}`,
  'administrator.deleted': (doc) => say`deleted the account of ${targetName(doc)}`,
  'administrator.password_reset': (doc) => say`reset the password of ${targetName(doc)}`,
  'administrator.two_factor_required': (doc) =>
    valueOf(doc, 'require2fa') === true
      ? say`required two factors of ${targetName(doc)}`
      : say`no longer requires two factors of ${targetName(doc)}`,
  'administrator.two_factor_reset': (doc) => say`reset the two-factor sign-in of ${targetName(doc)}`,
  'administrator.sessions_revoked': (doc) => say`ended the sessions of ${targetName(doc)}`,
  'administrator.unlocked': (doc) => say`unlocked the account of ${targetName(doc)}`,
  'administrator.rescued': (doc) => say`rescued ${targetName(doc)} on the server`,
  'ownership.offered': (doc) => say`offered the ownership to ${targetName(doc)}`,
  'ownership.withdrawn': (doc) => say`withdrew the offer of ownership to ${targetName(doc)}`,
  'ownership.declined': () => say`declined the ${'ownership'}`,
  'ownership.expired': (doc) => say`let the offer of ownership to ${targetName(doc)} expire`,
  'ownership.transferred': () => say`became the ${'owner'}`,
  'handover.sent': (doc) => say`handed a change of ${handedLabel(doc)} to ${targetName(doc)}`,
  'handover.applied': (doc) => say`applied a change of ${handedLabel(doc)} that ${targetName(doc)} handed on`,
  'handover.declined': (doc) =>
    say`declined a change of ${handedLabel(doc)} that ${targetName(doc)} handed on`,
  'handover.withdrawn': (doc) => say`took back a change of ${handedLabel(doc)} from ${targetName(doc)}`,
  'settings.changed': (doc) => say`changed the settings: ${list(doc.change.map(({ path }) => path))}`,
  'settings.mail_tested': (doc) =>
    say`tested the mail server: ${doc.outcome === 'success' ? 'sent' : 'failed'}`,
  'key.adopted': () => say`adopted the encryption key`,
  'key.rotated': () => say`rotated the ${'encryption key'}`,
  'access.denied': denied,
  'log.export_begun': (doc) => say`began an export of the log as ${exportFormat(doc)}`,
  'log.export_ended': (doc) =>
    doc.outcome === 'success'
      ? say`exported ${`${Number(valueOf(doc, 'entries') ?? 0)} entries`} of the log as ${exportFormat(doc)}`
      : say`did not complete an export of the log: ${EXPORT_ENDS[doc.reason ?? ''] ?? 'it broke off'}`,
  'log.viewed': (doc) => say`looked at the ${LOGS[doc.target.id] ?? 'log'}`,
  'audit.heartbeat': () => say`says that the log goes on: nothing happened for an hour`,
  'audit.key.adopt': () => say`signs the log with a ${'new key'} from here on`,
  'audit.key.rotate': () => say`signs the log with ${'another key'} from here on`,
  'audit.prune': (doc) => say`deleted old entries up to number ${doc.target.id}, after their retention`,
  'audit.erase': (doc) => say`erased the personal data of ${targetName(doc)} from the log`,
  'audit.inconsistent': () => say`found that the log ${'does not match'} what was seen of it`,
  'audit.restored': () => say`was restored ${'from a backup'}`
};

const FACTORS: Record<string, string> = {
  password: 'password',
  'activation-secret': 'the initial password',
  invitation: 'an invitation',
  'password+totp': 'password and code',
  'password+recovery-code': 'password and recovery code',
  'setup-token': 'the setup link'
};
const FAILURES: Record<string, string> = {
  'unknown-account': 'no such account',
  'wrong-password': 'wrong password',
  suspended: 'suspended account',
  throttled: 'too many tries',
  locked: 'locked account',
  address: 'address not allowed',
  expired: 'expired initial password',
  'activation-void': 'void initial password'
};
const ENDINGS: Record<string, string> = {
  'too-many': ' because of more than ten at once',
  replaced: ' by signing in anew',
  own: ' of their own',
  'activation-void': ' because the initial password became void'
};
const EXPORT_ENDS: Record<string, string> = {
  cancelled: 'cancelled',
  broken: 'the connection broke',
  abandoned: 'never fetched',
  failed: 'failed on the server',
  barred: 'no longer allowed'
};
const LOGS: Record<string, string> = {
  authentication: 'authentication log',
  activity: 'activity log',
  all: 'whole log'
};
const PERSON_FIELDS: Record<string, string> = {
  name: 'name',
  email: 'email',
  roleId: 'role',
  'caps.hourly': 'hourly rate',
  'caps.daily': 'daily limit',
  'caps.monthly': 'monthly limit',
  'caps.threads': 'maximum threads'
};
const ROLE_FIELDS: Record<string, string> = {
  name: 'name',
  description: 'description',
  require2fa: 'rule about two factors',
  require2faFrom: 'rule about two factors'
};

/** What the change was about, as its author called it. */
function handedLabel(doc: EntryDoc): string {
  return String(valueOf(doc, 'label') ?? 'something');
}

function roleEdited(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  const role = targetName(doc);
  const { on, off } = ticks(doc);
  if (doc.change.some(({ path }) => path === 'version')) return say`restored an earlier version of ${role}`;
  if (on.length > 0 && off.length > 0)
    return say`added ${permissions(on, catalogue)} to ${role} and removed ${permissions(off, catalogue)}`;
  if (on.length > 0) return say`added ${permissions(on, catalogue)} to ${role}`;
  if (off.length > 0) return say`removed ${permissions(off, catalogue)} from ${role}`;
  const renamed = doc.change.find(({ path }) => path === 'name');
  if (renamed && doc.change.length === 1)
    return say`renamed the role ${String(renamed.old)} to ${String(renamed.new)}`;
  const fields = [...new Set(doc.change.map(({ path }) => ROLE_FIELDS[path] ?? path))];
  return say`changed the ${list(fields)} of ${role}`;
}

function denied(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  const procedure =
    PROCEDURES[String(valueOf(doc, 'procedure'))] ?? String(valueOf(doc, 'procedure') ?? doc.target.id);
  const missing = valueOf(doc, 'missing');
  if (Array.isArray(missing) && missing.length > 0)
    return say`was refused ${procedure}: lacks ${permissions(missing.map(String), catalogue)}`;
  const { detail } = summarise(catalogue, doc, null);
  return say`was refused ${procedure}: ${detail.charAt(0).toLowerCase() + detail.slice(1)}`;
}

/** What somebody was about to do. */
const PROCEDURES: Record<string, string> = {
  'roles.edit': 'editing a role',
  'roles.create': 'creating a role',
  'roles.delete': 'deleting a role',
  'roles.restore': 'restoring a role',
  'administrators.create': 'creating an account',
  'administrators.update': 'editing an account',
  'administrators.suspend': 'suspending somebody',
  'administrators.delete': 'deleting an account',
  'administrators.resetPassword': 'resetting a password',
  'administrators.revokeSessions': 'ending sessions',
  'settings.update': 'changing settings',
  'owner.offer': 'offering the ownership',
  'handovers.send': 'handing a change on',
  'log.list': 'reading the log'
};

function permissions(ids: readonly string[], catalogue: CatalogueIndex): string {
  if (ids.length !== 1) return count(ids.length, 'permission');
  const [id = ''] = ids;
  const action = catalogue.actions.get(id);
  const group = catalogue.groupOf.get(id);
  // "View" alone says little: there are dozens.
  return action && group ? `${group.label} › ${action.label}` : id;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** "name, email and role" */
function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
