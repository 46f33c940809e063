import { fieldWord } from '../../../../core/wording/fields';
import { listed, upperFirst } from '../../../../core/wording/phrases';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { isRequired, sentLabel, targetName, valueOf } from './values';
import { say, type WordingOf } from './wording';

const fieldsOf = (doc: EntryDoc) => listed(doc.change.map(({ path }) => fieldWord(path)));

/** Accounts of administrators, the ownership, and changes that one sends to another. */
export const ACCOUNT_EVENTS: WordingOf<'administrator' | 'ownership' | 'handover'> = {
  'administrator.created': {
    detail: targetName,
    sentence: (doc, { roleName }) => {
      const role = valueOf(doc, 'roleId');
      return typeof role === 'string'
        ? say`created the account of ${targetName(doc)} as ${roleName(role) ?? role}`
        : say`created the account of ${targetName(doc)}`;
    }
  },
  'administrator.role_changed': {
    detail: targetName,
    sentence: (doc, { roleName }) => {
      const named = (id: unknown) => (typeof id === 'string' ? (roleName(id) ?? id) : 'no role');
      const change = doc.change.find(({ path }) => path === 'roleId');
      return say`moved ${targetName(doc)} from ${named(change?.old)} to ${named(change?.new)}`;
    }
  },
  'administrator.edited': {
    detail: (doc) => `${targetName(doc)}: ${fieldsOf(doc)}`,
    sentence: (doc) => say`changed the ${fieldsOf(doc)} of ${targetName(doc)}`
  },
  'administrator.suspended': { detail: targetName, sentence: (doc) => say`suspended ${targetName(doc)}` },
  'administrator.reactivated': { detail: targetName, sentence: (doc) => say`reactivated ${targetName(doc)}` },
  'administrator.deactivated': { detail: targetName, sentence: (doc) => say`deactivated ${targetName(doc)}` },
  'administrator.deleted': {
    detail: targetName,
    sentence: (doc) => say`deleted the account of ${targetName(doc)}`
  },
  'administrator.invited': { detail: targetName, sentence: (doc) => say`invited ${targetName(doc)}` },
  'administrator.password_reset': {
    detail: targetName,
    sentence: (doc) => say`reset the password of ${targetName(doc)}`
  },
  'administrator.two_factor_required': {
    summary: (doc) =>
      isRequired(doc) ? 'Required two-factor sign-in' : 'No longer requires two-factor sign-in',
    detail: targetName,
    sentence: (doc) =>
      isRequired(doc)
        ? say`required two-factor sign-in of ${targetName(doc)}`
        : say`no longer requires two-factor sign-in of ${targetName(doc)}`
  },
  'administrator.two_factor_reset': {
    detail: targetName,
    sentence: (doc) => say`reset the two-factor sign-in of ${targetName(doc)}`
  },
  'administrator.sessions_revoked': {
    detail: targetName,
    sentence: (doc) => say`ended the sessions of ${targetName(doc)}`
  },
  'administrator.unlocked': {
    detail: targetName,
    sentence: (doc) => say`unlocked the account of ${targetName(doc)}`
  },
  'administrator.sending_name_added': {
    detail: targetName,
    sentence: (doc) => say`gave ${targetName(doc)} a sending name`
  },
  'administrator.sending_name_removed': {
    detail: targetName,
    sentence: (doc) => say`took a sending name from ${targetName(doc)}`
  },
  'administrator.rescued': {
    detail: targetName,
    sentence: (doc) => say`rescued the account of ${targetName(doc)} on the server`
  },
  'ownership.offered': {
    detail: targetName,
    sentence: (doc) => say`offered ownership to ${targetName(doc)}`
  },
  'ownership.withdrawn': {
    detail: targetName,
    sentence: (doc) => say`withdrew the ownership offer to ${targetName(doc)}`
  },
  'ownership.declined': { sentence: () => say`declined the ${'ownership'}` },
  'ownership.expired': {
    detail: targetName,
    sentence: (doc) => say`let the ownership offer to ${targetName(doc)} expire`
  },
  'ownership.transferred': { detail: targetName, sentence: () => say`became the ${'owner'}` },
  'handover.sent': {
    detail: (doc) => sentWith(doc, 'to'),
    sentence: (doc) => say`sent a change of ${sentLabel(doc)} to ${targetName(doc)}`
  },
  'handover.applied': {
    detail: (doc) => sentWith(doc, 'from'),
    sentence: (doc) => say`applied a change of ${sentLabel(doc)} sent by ${targetName(doc)}`
  },
  'handover.declined': {
    detail: (doc) => sentWith(doc, 'from'),
    sentence: (doc) => say`declined a change of ${sentLabel(doc)} sent by ${targetName(doc)}`
  },
  'handover.withdrawn': {
    detail: (doc) => sentWith(doc, 'to'),
    sentence: (doc) => say`withdrew a change of ${sentLabel(doc)} sent to ${targetName(doc)}`
  }
};

/** "Support, to Priya Nair" */
function sentWith(doc: EntryDoc, word: 'to' | 'from'): string {
  return `${upperFirst(sentLabel(doc))}, ${word} ${targetName(doc)}`;
}
