import type { CatalogueIndex } from '../../../../core/access/catalogue';
import { ROLE_TARGET } from '../../../../core/roles/role-kinds';
import { fieldWord } from '../../../../core/wording/fields';
import { count, listed } from '../../../../core/wording/phrases';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { permissionWords, targetName, ticks } from './values';
import { say, type Known, type Phrase, type WordingOf } from './wording';

const isRestored = (doc: EntryDoc) => doc.change.some(({ path }) => path === 'version');
const granted = (doc: EntryDoc) => count(ticks(doc).on.length, 'permission');

/** Roles and the permissions they are made of. */
export const ROLE_EVENTS: WordingOf<'role' | 'catalogue'> = {
  'catalogue.changed': {
    detail: ({ target }) => `Version ${target.id}`,
    sentence: ({ target }) => say`updated the permission catalogue to version ${target.id}`
  },
  'role.seeded': { detail: targetName, sentence: (doc) => say`added the built-in role ${targetName(doc)}` },
  'role.created': {
    detail: (doc) => `${targetName(doc)}, ${granted(doc)}`,
    sentence: (doc) =>
      isOfUsers(doc)
        ? say`created the user role ${targetName(doc)} with ${granted(doc)}`
        : say`created the role ${targetName(doc)} with ${granted(doc)}`
  },
  'role.edited': { detail: editDetail, sentence: editSentence },
  'role.deleted': {
    detail: targetName,
    sentence: (doc) =>
      isOfUsers(doc)
        ? say`deleted the user role ${targetName(doc)}`
        : say`deleted the role ${targetName(doc)}`
  },
  'role.sessions_revoked': {
    detail: targetName,
    sentence: (doc) => say`signed out everyone in ${targetName(doc)}`
  }
};

function isOfUsers({ target }: EntryDoc): boolean {
  return target.type === ROLE_TARGET.user;
}

/** "Support: added Contacts › Export, changed name" */
function editDetail(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const { on, off } = ticks(doc);
  const parts = [
    isRestored(doc) ? 'restored an earlier version' : '',
    on.length > 0 ? `added ${permissionWords(on, catalogue)}` : '',
    off.length > 0 ? `removed ${permissionWords(off, catalogue)}` : '',
    fieldsOf(doc).length > 0 ? `changed ${listed(fieldsOf(doc))}` : ''
  ];
  return [targetName(doc), parts.filter(Boolean).join(', ')].filter(Boolean).join(': ');
}

function editSentence(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  const role = targetName(doc);
  const { on, off } = ticks(doc);
  if (isRestored(doc)) return say`restored an earlier version of ${role}`;
  if (on.length > 0 && off.length > 0)
    return say`added ${permissionWords(on, catalogue)} to ${role} and removed ${permissionWords(off, catalogue)}`;
  if (on.length > 0) return say`added ${permissionWords(on, catalogue)} to ${role}`;
  if (off.length > 0) return say`removed ${permissionWords(off, catalogue)} from ${role}`;
  const renamed = doc.change.find(({ path }) => path === 'name');
  if (renamed && doc.change.length === 1)
    return isOfUsers(doc)
      ? say`renamed the user role ${String(renamed.old)} to ${String(renamed.new)}`
      : say`renamed the role ${String(renamed.old)} to ${String(renamed.new)}`;
  if (doc.change.length === 1 && doc.change[0]?.path === 'reviewedCatalogue')
    return say`reviewed the new permissions of ${role}`;
  return say`changed the ${listed(fieldsOf(doc))} of ${role}`;
}

/** Changed fields of the role besides its permissions. */
function fieldsOf(doc: EntryDoc): string[] {
  const paths = doc.change.map(({ path }) => path).filter((path) => !NO_FIELDS.has(path));
  return [
    ...new Set(paths.map((path) => (path.startsWith('require2fa') ? TWO_FACTOR_RULE : fieldWord(path))))
  ];
}

const NO_FIELDS: ReadonlySet<string> = new Set(['permissions', 'version']);
/** Name of one rule made of two fields: the requirement, and the date from which it holds. */
const TWO_FACTOR_RULE = 'two-factor requirement';
