import type { CatalogueIndex } from '../../../core/catalogue';
import type { AuditAction } from '../../../core/audit/actions';
import type { EntryDoc } from '../../db/audit-schema';
import { deviceName } from './device-name';

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
  'auth.sign_out': () => ({ summary: 'Signed out', detail: '' }),
  'session.expired': () => ({ summary: 'Session expired', detail: '' }),
  'session.revoked': (doc) => ({ summary: 'Session ended', detail: ENDINGS[doc.reason ?? ''] ?? '' }),
  'catalogue.changed': (doc) => ({ summary: 'New catalogue', detail: `Version ${doc.target.id}` }),
  'role.seeded': (doc) => ({ summary: 'Role shipped', detail: name(doc) }),
  'role.created': (doc, catalogue) => ({
    summary: 'Created role',
    detail: `${name(doc)}, ${countOf(ticks(doc).on.length, catalogue)}`
  }),
  'role.edited': (doc, catalogue) => editSentence(doc, catalogue),
  'role.deleted': (doc) => ({ summary: 'Deleted role', detail: name(doc) }),
  'administrator.created': (doc) => ({ summary: 'Account created', detail: name(doc) }),
  'administrator.role_changed': (doc) => ({ summary: 'Changed role', detail: name(doc) }),
  'access.denied': (doc, catalogue) => ({ summary: 'Denied', detail: denial(doc, catalogue) })
};

const FACTORS: Record<string, string> = { password: 'Password', 'setup-token': 'Setup link' };
const ENDINGS: Record<string, string> = {
  'too-many': 'More than ten at once',
  replaced: 'Signed in anew'
};
const FAILURES: Record<string, string> = {
  'unknown-account': 'No such account',
  'wrong-password': 'Wrong password',
  suspended: 'Suspended account',
  throttled: 'Too many tries'
};

function editSentence(doc: EntryDoc, catalogue: CatalogueIndex): Sentence {
  const { on, off } = ticks(doc);
  const fields = doc.change.map((change) => change.path).filter((path) => path !== 'permissions');
  const parts = [
    on.length > 0 ? `ticked ${named(on, catalogue)}` : '',
    off.length > 0 ? `unticked ${named(off, catalogue)}` : '',
    ...fields.map((field) => FIELDS[field] ?? `changed ${field}`)
  ].filter(Boolean);
  const sentence = parts.join(', ');
  return { summary: 'Edited role', detail: `${name(doc)}: ${sentence}` };
}

const FIELDS: Record<string, string> = {
  name: 'renamed',
  description: 'described anew',
  require2fa: 'changed the 2FA rule'
};

function denial(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const missing = valueOf(doc, 'missing');
  if (Array.isArray(missing) && missing.length > 0) return `Lacks ${named(missing.map(String), catalogue)}`;
  return REASONS[doc.reason ?? ''] ?? `${doc.reason ?? 'Refused'}`;
}

const REASONS: Record<string, string> = {
  'access/not-dominated': 'Held by somebody with more permissions',
  'access/self': 'Nobody widens a role they hold',
  'access/locked': 'This role is locked',
  'access/owner': 'Only the owner',
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

function ticks(doc: EntryDoc): { on: string[]; off: string[] } {
  const change = doc.change.find(({ path }) => path === 'permissions');
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return { on: list(change?.new), off: list(change?.old) };
}

function valueOf(doc: EntryDoc, path: string): unknown {
  return doc.change.find((change) => change.path === path)?.new;
}

function name(doc: EntryDoc): string {
  return doc.target.name ?? doc.target.id;
}

function countOf(n: number, catalogue: CatalogueIndex): string {
  return `${n} of ${catalogue.ids.length} permissions`;
}
