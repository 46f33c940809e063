import type { EntryDoc } from '../../../db/log/audit-schema';
import { targetName, valueOf } from './values';
import { say, type WordingOf } from './wording';

const isPlatform = ({ target }: EntryDoc) => target.type === 'platform';
const whose = (doc: EntryDoc) => (isPlatform(doc) ? 'Everyone' : targetName(doc));
/** Why, as whoever did it wrote; "" when the entry does not say. */
const why = (doc: EntryDoc) => {
  const note = valueOf(doc, 'note');
  return typeof note === 'string' ? note : '';
};
const withWhy = (doc: EntryDoc) => [whose(doc), why(doc)].filter(Boolean).join(': ');

/** How much is sent, and who may not send. */
export const CAP_EVENTS: WordingOf<'caps'> = {
  'caps.paused': {
    detail: withWhy,
    sentence: (doc) =>
      isPlatform(doc) ? say`paused ${'all sending'}` : say`paused the sending of ${targetName(doc)}`
  },
  'caps.resumed': {
    detail: withWhy,
    sentence: (doc) =>
      isPlatform(doc) ? say`resumed ${'all sending'}` : say`resumed the sending of ${targetName(doc)}`
  }
};
