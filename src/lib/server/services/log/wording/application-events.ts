import { fieldWord } from '../../../../core/wording/fields';
import { listed } from '../../../../core/wording/phrases';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { targetName, valueOf } from './values';
import { say, type WordingOf } from './wording';

const fieldsOf = (doc: EntryDoc) => listed(doc.change.map(({ path }) => fieldWord(path)));
/** Name of a key and of its owner. An entry about a user's key is about the user, whose own doings need no name. */
const keyName = (doc: EntryDoc) => {
  const ofUser = valueOf(doc, 'keyName');
  if (typeof ofUser === 'string')
    return doc.actor.id === doc.target.id ? ofUser : `${ofUser} of ${targetName(doc)}`;
  const of = valueOf(doc, 'of');
  return typeof of === 'string' ? `${targetName(doc)} of ${of}` : targetName(doc);
};

/** Applications, keys of theirs and of people, and what proxies ask about. */
export const APPLICATION_EVENTS: WordingOf<'application' | 'api_key' | 'route'> = {
  'application.created': {
    detail: targetName,
    sentence: (doc, { roleName }) => {
      const role = valueOf(doc, 'roleId');
      return typeof role === 'string'
        ? say`created the application ${targetName(doc)} with the role ${roleName(role) ?? role}`
        : say`created the application ${targetName(doc)}`;
    }
  },
  'application.edited': {
    detail: (doc) => `${targetName(doc)}: ${fieldsOf(doc)}`,
    sentence: (doc) => say`changed the ${fieldsOf(doc)} of the application ${targetName(doc)}`
  },
  'application.suspended': {
    detail: targetName,
    sentence: (doc) => say`suspended the application ${targetName(doc)}`
  },
  'application.reactivated': {
    detail: targetName,
    sentence: (doc) => say`reactivated the application ${targetName(doc)}`
  },
  'application.deleted': {
    detail: targetName,
    sentence: (doc) => say`deleted the application ${targetName(doc)}`
  },
  'route.created': { detail: targetName, sentence: (doc) => say`added the route ${targetName(doc)}` },
  'route.edited': {
    detail: (doc) => `${targetName(doc)}: ${fieldsOf(doc)}`,
    sentence: (doc) => say`changed the ${fieldsOf(doc)} of the route ${targetName(doc)}`
  },
  'route.moved': { detail: targetName, sentence: (doc) => say`moved the route ${targetName(doc)}` },
  'route.deleted': { detail: targetName, sentence: (doc) => say`deleted the route ${targetName(doc)}` },
  'api_key.created': { detail: keyName, sentence: (doc) => say`created the key ${keyName(doc)}` },
  'api_key.rotated': { detail: keyName, sentence: (doc) => say`rotated the key ${keyName(doc)}` },
  'api_key.extended': {
    detail: keyName,
    sentence: (doc) => say`let the old key ${keyName(doc)} work for longer`
  },
  'api_key.revoked': {
    summary: (doc) => (doc.reason === 'leaked' ? 'Revoked leaked API key' : 'Revoked API key'),
    detail: keyName,
    sentence: (doc) =>
      doc.reason === 'leaked'
        ? say`revoked the key ${keyName(doc)}, which was reported as leaked`
        : say`revoked the key ${keyName(doc)}`
  }
};
