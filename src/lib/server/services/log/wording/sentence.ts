import { actionLabel } from '../../../../core/wording/actions';
import { lowerFirst } from '../../../../core/wording/phrases';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { wordingOf } from './events';
import type { Known, Phrase } from './wording';

/**
 * Sentence about the event, to be read after the name of whoever did it: "removed *Contacts › Export* from
 * *Support*". For what the program did by itself it reads the same after "Rolecall". For an action of a later
 * version: its id.
 */
export function sentence(doc: EntryDoc, known: Known): Phrase[] {
  return wordingOf(doc.action)?.sentence(doc, known) ?? [lowerFirst(actionLabel(doc.action))];
}
