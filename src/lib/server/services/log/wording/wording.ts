import type { AuditAction } from '../../../../core/log/actions';
import type { CatalogueIndex } from '../../../../core/access/catalogue';
import type { EntryDoc } from '../../../db/log/audit-schema';
import type { NameOf } from './names-told';

/** A piece of a sentence; what it is about stands out. */
export type Phrase = string | { b: string };

/** Names and catalogue needed to word an entry. */
export type Known = { catalogue: CatalogueIndex; roleName: NameOf; packageName: NameOf };

/**
 * The words of one event. Nothing of this is stored in the log or hashed: it is made from the entry when it is
 * shown.
 */
export type Wording = {
  /** Summary of the event, for a column of its own; left out: the action's label (core/wording/actions). */
  summary?(doc: EntryDoc): string;
  /** The rest of the row beside the summary; left out: nothing. */
  detail?(doc: EntryDoc, catalogue: CatalogueIndex): string;
  /**
   * Sentence about the event, read after the name of whoever did it; for what the program does by itself, after
   * "Rolecall".
   */
  sentence(doc: EntryDoc, known: Known): Phrase[];
};

/** The words of the actions that begin with one of these. */
export type WordingOf<Prefix extends string> = Record<Extract<AuditAction, `${Prefix}.${string}`>, Wording>;

/** Words between what the sentence is about; an empty one leaves no trace. */
export function say(words: TemplateStringsArray, ...about: (string | number)[]): Phrase[] {
  return words
    .flatMap((word, at): Phrase[] => [word, ...(at < about.length ? [{ b: String(about[at]) }] : [])])
    .filter((piece) => (typeof piece === 'string' ? piece !== '' : piece.b !== ''));
}
