import { fieldWord } from '../../../../core/wording/fields';
import { listed } from '../../../../core/wording/phrases';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { isRequired, targetName, valueOf } from './values';
import { say, type WordingOf } from './wording';

const fieldsOf = (doc: EntryDoc) => listed(doc.change.map(({ path }) => fieldWord(path)));
const withFields = (doc: EntryDoc) => `${targetName(doc)}: ${fieldsOf(doc)}`;

const VISIT_ENDS: Readonly<Record<string, string>> = {
  left: 'left',
  replaced: 'another one began',
  expired: 'its time was over',
  'own-session-over': 'whoever it was may not be there any more'
};

/** Users and the packages that they have. */
export const TENANT_EVENTS: WordingOf<'package' | 'user'> = {
  'package.created': {
    detail: targetName,
    sentence: (doc) => say`created the package ${targetName(doc)}`
  },
  'package.updated': {
    detail: withFields,
    sentence: (doc, { roleName }) => {
      const role = valueOf(doc, 'roleId');
      return typeof role === 'string' && doc.change.length === 1
        ? say`changed the role of the package ${targetName(doc)} to ${roleName(role) ?? role}`
        : say`changed the ${fieldsOf(doc)} of the package ${targetName(doc)}`;
    }
  },
  'package.deleted': {
    detail: targetName,
    sentence: (doc) => say`deleted the package ${targetName(doc)}`
  },
  'user.created': { detail: targetName, sentence: (doc) => say`created the user ${targetName(doc)}` },
  'user.updated': {
    detail: withFields,
    sentence: (doc) => say`changed the ${fieldsOf(doc)} of the user ${targetName(doc)}`
  },
  'user.suspended': { detail: targetName, sentence: (doc) => say`suspended the user ${targetName(doc)}` },
  'user.reactivated': { detail: targetName, sentence: (doc) => say`reactivated the user ${targetName(doc)}` },
  'user.closing': {
    detail: targetName,
    sentence: (doc) => say`began to close the account of the user ${targetName(doc)}`
  },
  'user.closed': {
    detail: targetName,
    sentence: (doc) => say`closed the account of the user ${targetName(doc)}`
  },
  'user.deleted': { detail: targetName, sentence: (doc) => say`deleted the user ${targetName(doc)}` },
  'user.sending_name_added': {
    detail: targetName,
    sentence: (doc) => say`gave the user ${targetName(doc)} a sending name`
  },
  'user.sending_name_removed': {
    detail: targetName,
    sentence: (doc) => say`took a sending name from the user ${targetName(doc)}`
  },
  'user.invited': { detail: targetName, sentence: (doc) => say`invited the user ${targetName(doc)}` },
  'user.password_reset': {
    detail: targetName,
    sentence: (doc) => say`reset the password of the user ${targetName(doc)}`
  },
  'user.two_factor_required': {
    summary: (doc) =>
      isRequired(doc)
        ? 'Required two-factor sign-in of user'
        : 'No longer requires two-factor sign-in of user',
    detail: targetName,
    sentence: (doc) =>
      isRequired(doc)
        ? say`required two-factor sign-in of the user ${targetName(doc)}`
        : say`no longer requires two-factor sign-in of the user ${targetName(doc)}`
  },
  'user.two_factor_reset': {
    detail: targetName,
    sentence: (doc) => say`reset the two-factor sign-in of the user ${targetName(doc)}`
  },
  'user.sessions_revoked': {
    detail: targetName,
    sentence: (doc) => say`ended the sessions of the user ${targetName(doc)}`
  },
  'user.unlocked': {
    detail: targetName,
    sentence: (doc) => say`unlocked the account of the user ${targetName(doc)}`
  },
  'user.signed_in_as': {
    detail: targetName,
    sentence: (doc) => say`signed in as the user ${targetName(doc)}, to look`
  },
  'user.sign_in_as_ended': {
    detail: (doc) => `${targetName(doc)}: ${VISIT_ENDS[doc.reason ?? ''] ?? 'over'}`,
    sentence: (doc) =>
      doc.actor.type === 'system'
        ? say`ended the sign-in as the user ${targetName(doc)}: ${VISIT_ENDS[doc.reason ?? ''] ?? 'it was over'}`
        : say`left the account of the user ${targetName(doc)}`
  }
};
