import { fieldWord } from '../../../../core/wording/fields';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { targetName, valueOf } from './values';
import { say, type WordingOf } from './wording';

const isPlatform = ({ target }: EntryDoc) => target.type === 'platform';
const WATCHED = 'Watched only';
const whose = (doc: EntryDoc) => (isPlatform(doc) ? 'Everyone' : targetName(doc));
/** Reason given by whoever did it; "" when the entry has none. */
const note = (doc: EntryDoc) => String(valueOf(doc, 'note') ?? '');
const noted = (parts: string[], doc: EntryDoc) => [...parts, note(doc)].filter(Boolean).join(' · ');
/** "daily limit": the cap that a raise or a reset is of. */
const capOf = (doc: EntryDoc) => {
  const path = doc.change.find(({ path }) => /^(raised|used)\./.test(path))?.path;
  return path === undefined ? 'cap' : fieldWord(`caps.${path.replace(/^\w+\./, '')}`);
};

/** Wording of events about caps and paused sending. */
export const CAP_EVENTS: WordingOf<'caps'> = {
  'caps.paused': {
    detail: (doc) => noted([whose(doc)], doc),
    sentence: (doc) =>
      isPlatform(doc) ? say`paused ${'all sending'}` : say`paused the sending of ${targetName(doc)}`
  },
  'caps.resumed': {
    detail: (doc) => noted([whose(doc)], doc),
    sentence: (doc) =>
      isPlatform(doc) ? say`resumed ${'all sending'}` : say`resumed the sending of ${targetName(doc)}`
  },
  'caps.raised': {
    detail: (doc) => noted([targetName(doc), capOf(doc)], doc),
    sentence: (doc) => say`raised the ${capOf(doc)} of ${targetName(doc)} for a while`
  },
  'caps.raise_ended': {
    detail: (doc) => noted([targetName(doc), capOf(doc)], doc),
    sentence: (doc) => say`ended the raise of the ${capOf(doc)} of ${targetName(doc)}`
  },
  'caps.threshold_reached': {
    detail: (doc) => [whose(doc), capOf(doc), ...(valueOf(doc, 'watched') ? [WATCHED] : [])].join(' · '),
    sentence: (doc) => {
      const part = valueOf(doc, 'threshold');
      return say`found ${typeof part === 'number' ? `${part} %` : 'much'} of the ${capOf(doc)} of ${isPlatform(doc) ? 'everyone together' : targetName(doc)} used`;
    }
  },
  'caps.counter_reset': {
    detail: (doc) => noted([targetName(doc), capOf(doc)], doc),
    sentence: (doc) => say`reset the counter of the ${capOf(doc)} of ${targetName(doc)}`
  }
};
