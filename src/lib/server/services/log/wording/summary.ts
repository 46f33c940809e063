import type { CatalogueIndex } from '../../../../core/access/catalogue';
import type { AuditAction } from '../../../../core/log/actions';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { deviceName } from './device-name';
import { exportFormat, refusedTries, targetName, ticks, valueOf } from './entry-values';

type Sentence = { summary: string; detail: string };

/**
 * A human sentence for an entry, without its actor, and its details. An entry that cannot be put into words (written by a later
 * version of the program) is shown by its action: the feed never stops for one entry.
 */
export function summarise(catalogue: CatalogueIndex, doc: EntryDoc, userAgent: string | null): Sentence {
  const device = userAgent === null ? '' : deviceName(userAgent);
  const say = SENTENCES[doc.action as AuditAction] as
    ((doc: EntryDoc, c: CatalogueIndex) => Sentence) | undefined;
  const { summary, detail } = say?.(doc, catalogue) ?? { summary: doc.action, detail: doc.target.name ?? '' };
  return { summary, detail: [detail, device].filter(Boolean).join(', ') };
}

const SENTENCES: Record<AuditAction, (doc: EntryDoc, catalogue: CatalogueIndex) => Sentence> = {
  'setup.owner': () => ({ summary: 'Set up Rolecall', detail: 'Owner and Super Administrator' }),
  'setup.denied': () => ({ summary: 'Setup refused', detail: 'Wrong or expired setup link' }),
  'auth.sign_in': (doc) => ({ summary: 'Signed in', detail: FACTORS[String(valueOf(doc, 'factor'))] ?? '' }),
  'auth.sign_in_failed': (doc) => ({
    summary: 'Sign-in failed',
    detail: FAILURES[doc.reason ?? ''] ?? 'Refused'
  }),
  'auth.tries_refused': (doc) => ({ summary: 'Many sign-ins refused', detail: refusedTries(doc) }),
  'auth.password_accepted': () => ({ summary: 'Password accepted', detail: 'A code is to follow' }),
  'auth.second_factor_failed': (doc) => ({
    summary: 'Wrong code',
    detail: doc.reason === 'enrolment' ? 'While setting up two-factor sign-in' : 'At sign-in'
  }),
  'auth.reauthenticated': () => ({ summary: 'Proved the password', detail: 'For a sensitive step' }),
  'auth.reauthentication_failed': (doc) => ({
    summary: 'Proof failed',
    detail: doc.reason === 'wrong-code' ? 'Wrong code' : 'Wrong password'
  }),
  'auth.password_changed': (doc) =>
    doc.outcome === 'denied'
      ? { summary: 'Password not changed', detail: 'Wrong present password' }
      : { summary: 'Changed password', detail: doc.reason === 'activation' ? 'After the first sign-in' : '' },
  'auth.two_factor_begun': () => ({ summary: 'Began two-factor set-up', detail: '' }),
  'auth.two_factor_enabled': () => ({ summary: 'Turned on two-factor sign-in', detail: '' }),
  'auth.two_factor_disabled': () => ({ summary: 'Turned off two-factor sign-in', detail: '' }),
  'auth.recovery_codes_made': () => ({ summary: 'Made new recovery codes', detail: '' }),
  'auth.invitation_accepted': () => ({ summary: 'Accepted the invitation', detail: '' }),
  'auth.invitation_refused': ({ reason }) => ({
    summary: 'Invitation refused',
    detail:
      reason === 'activation-void'
        ? 'Void: somebody who knows it may do less than the account'
        : 'Used, replaced or expired'
  }),
  'auth.allowlist_changed': () => ({ summary: 'Changed own allowed addresses', detail: '' }),
  'auth.sign_out': () => ({ summary: 'Signed out', detail: '' }),
  'session.expired': () => ({ summary: 'Session expired', detail: '' }),
  'session.revoked': (doc) => ({ summary: 'Session ended', detail: ENDINGS[doc.reason ?? ''] ?? '' }),
  'catalogue.changed': (doc) => ({ summary: 'New catalogue', detail: `Version ${doc.target.id}` }),
  'role.seeded': (doc) => ({ summary: 'Role shipped', detail: targetName(doc) }),
  'role.created': (doc, catalogue) => ({
    summary: 'Created role',
    detail: `${targetName(doc)}, ${countOf(ticks(doc).on.length, catalogue)}`
  }),
  'role.edited': (doc, catalogue) => editSentence(doc, catalogue),
  'role.deleted': (doc) => ({ summary: 'Deleted role', detail: targetName(doc) }),
  'administrator.created': (doc) => ({ summary: 'Account created', detail: targetName(doc) }),
  'administrator.role_changed': (doc) => ({ summary: 'Changed role', detail: targetName(doc) }),
  'administrator.edited': (doc) => ({
    summary: 'Edited account',
    detail: `${targetName(doc)}: ${doc.change.map(({ path }) => PERSON_FIELDS[path] ?? path).join(', ')}`
  }),
  'administrator.suspended': (doc) => ({ summary: 'Suspended', detail: targetName(doc) }),
  'administrator.reactivated': (doc) => ({ summary: 'Reactivated', detail: targetName(doc) }),
  'administrator.deactivated': (doc) => ({ summary: 'Deactivated', detail: targetName(doc) }),
  'administrator.deleted': (doc) => ({ summary: 'Deleted account', detail: targetName(doc) }),
  'administrator.password_reset': (doc) => ({ summary: 'Reset password', detail: targetName(doc) }),
  'administrator.two_factor_required': (doc) => ({
    summary: valueOf(doc, 'require2fa') === true ? 'Required two factors' : 'No longer required two factors',
    detail: targetName(doc)
  }),
  'administrator.two_factor_reset': (doc) => ({
    summary: 'Reset two-factor sign-in',
    detail: targetName(doc)
  }),
  'administrator.sessions_revoked': (doc) => ({ summary: 'Ended sessions', detail: targetName(doc) }),
  'administrator.unlocked': (doc) => ({ summary: 'Unlocked account', detail: targetName(doc) }),
  'administrator.rescued': (doc) => ({ summary: 'Rescue on the server', detail: targetName(doc) }),
  'role.sessions_revoked': (doc) => ({
    summary: 'Ended all sessions',
    detail: `Everyone in ${targetName(doc)}`
  }),
  'ownership.offered': (doc) => ({ summary: 'Offered the ownership', detail: targetName(doc) }),
  'ownership.withdrawn': (doc) => ({ summary: 'Withdrew the offer', detail: targetName(doc) }),
  'ownership.declined': () => ({ summary: 'Declined the ownership', detail: '' }),
  'ownership.expired': (doc) => ({ summary: 'Offer of ownership expired', detail: targetName(doc) }),
  'ownership.transferred': (doc) => ({ summary: 'Became the owner', detail: targetName(doc) }),
  'handover.sent': (doc) => ({ summary: 'Handed a change on', detail: handedTo(doc, 'to') }),
  'handover.applied': (doc) => ({ summary: 'Applied what was handed on', detail: handedTo(doc, 'from') }),
  'handover.declined': (doc) => ({ summary: 'Declined what was handed on', detail: handedTo(doc, 'from') }),
  'handover.withdrawn': (doc) => ({ summary: 'Took a hand-over back', detail: handedTo(doc, 'from') }),
  'settings.changed': (doc) => ({
    summary: 'Changed settings',
    detail: doc.change.map(({ path }) => path).join(', ')
  }),
  'settings.mail_tested': (doc) => ({
    summary: 'Tested mail',
    detail: doc.outcome === 'success' ? 'Sent' : 'Failed'
  }),
  'database.migrated': (doc) => ({ summary: 'Database brought up to date', detail: doc.target.id }),
  'key.adopted': () => ({ summary: 'Encryption key adopted', detail: '' }),
  'key.rotated': () => ({ summary: 'Encryption key rotated', detail: '' }),
  'log.export_begun': (doc) => ({ summary: 'Began an export of the log', detail: exportFormat(doc) }),
  'log.export_ended': (doc) => ({
    summary: doc.outcome === 'success' ? 'Exported the log' : 'Export of the log not completed',
    detail: [
      EXPORT_ENDS[doc.reason ?? ''],
      `${String(valueOf(doc, 'entries') ?? 0)} entries`,
      exportFormat(doc)
    ]
      .filter(Boolean)
      .join(', ')
  }),
  'log.viewed': (doc) => ({ summary: 'Looked at the log', detail: LOGS[doc.target.id] ?? '' }),
  'audit.heartbeat': () => ({ summary: 'The log goes on', detail: 'Nothing happened for an hour' }),
  'audit.key.adopt': () => ({ summary: 'The log is signed from here on', detail: '' }),
  'audit.key.rotate': () => ({ summary: 'Another key signs the log', detail: '' }),
  'audit.prune': (doc) => ({
    summary: 'Old entries deleted',
    detail: `Up to number ${doc.target.id}, after their retention`
  }),
  'audit.erase': (doc) => ({ summary: 'Personal data erased from the log', detail: targetName(doc) }),
  'audit.inconsistent': (doc) => ({
    summary: 'The log does not match what was seen of it',
    detail: WITNESSES[doc.reason ?? ''] ?? ''
  }),
  'audit.restored': () => ({ summary: 'Restored from a backup', detail: 'Said on the server' }),
  'access.denied': (doc, catalogue) => ({ summary: 'Denied', detail: denial(doc, catalogue) })
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
const FACTORS: Record<string, string> = {
  password: 'Password',
  'activation-secret': 'Initial password',
  invitation: 'Invitation',
  'password+totp': 'Password and code',
  'password+recovery-code': 'Password and recovery code',
  'setup-token': 'Setup link'
};
const LOGS: Record<string, string> = {
  authentication: 'Authentication logs',
  activity: 'Activity logs',
  all: 'Both views'
};
const WITNESSES: Record<string, string> = {
  browser: 'Found by a browser',
  file: 'Found by the record of checkpoints',
  sequencer: 'Found when it was to be signed'
};
const EXPORT_ENDS: Record<string, string> = {
  cancelled: 'Cancelled',
  broken: 'The connection broke',
  abandoned: 'Never fetched',
  failed: 'Failed on the server',
  barred: 'No longer allowed'
};
const ENDINGS: Record<string, string> = {
  'too-many': 'More than ten at once',
  replaced: 'Signed in anew',
  own: 'By its own person',
  'activation-void': 'The initial password became void'
};
const FAILURES: Record<string, string> = {
  'unknown-account': 'No such account',
  'wrong-password': 'Wrong password',
  suspended: 'Suspended account',
  throttled: 'Too many tries',
  locked: 'Locked account',
  address: 'Address not allowed',
  expired: 'Expired initial password',
  'activation-void': 'Void initial password: somebody who knows it may do less than the account'
};

/** "Support, to Priya Nair" */
function handedTo(doc: EntryDoc, word: 'to' | 'from'): string {
  return `${String(valueOf(doc, 'label') ?? 'A change')}, ${word} ${targetName(doc)}`;
}

function editSentence(doc: EntryDoc, catalogue: CatalogueIndex): Sentence {
  const { on, off } = ticks(doc);
  const fields = doc.change.map((change) => change.path).filter((path) => path !== 'permissions');
  const parts = [
    on.length > 0 ? `ticked ${named(on, catalogue)}` : '',
    off.length > 0 ? `unticked ${named(off, catalogue)}` : '',
    ...fields.map((field) => FIELDS[field] ?? `changed ${field}`)
  ].filter(Boolean);
  const sentence = parts.join(', ');
  return { summary: 'Edited role', detail: `${targetName(doc)}: ${sentence}` };
}

const FIELDS: Record<string, string> = {
  name: 'renamed',
  description: 'described anew',
  require2fa: 'changed the 2FA rule',
  version: 'restored an earlier version'
};

function denial(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const missing = valueOf(doc, 'missing');
  if (Array.isArray(missing) && missing.length > 0) return `Lacks ${named(missing.map(String), catalogue)}`;
  return REASONS[doc.reason ?? ''] ?? `${doc.reason ?? 'Refused'}`;
}

const REASONS: Record<string, string> = {
  'access/not-dominated': 'Held by somebody with more permissions',
  'access/self': 'Not on oneself',
  'access/locked': 'This role is locked',
  'access/owner': 'Only the owner',
  'access/cap-above-own': 'More than they may send themselves',
  'access/last-super': 'The last Super Administrator',
  'conflict/in-use': 'The role is in use',
  'input/taken': 'The name or address is taken',
  'input/invalid': 'Something in it cannot be used',
  'input/unknown-permission': 'Not in the catalogue',
  'not-found': 'No such record'
};

function named(ids: readonly string[], catalogue: CatalogueIndex): string {
  if (ids.length > 1) return `${ids.length} permissions`;
  const id = ids[0] ?? '';
  const action = catalogue.actions.get(id);
  return action ? `“${action.label}”, ${catalogue.groupOf.get(id)?.label ?? ''}` : id;
}

function countOf(n: number, catalogue: CatalogueIndex): string {
  return `${n} of ${catalogue.ids.length} permissions`;
}
