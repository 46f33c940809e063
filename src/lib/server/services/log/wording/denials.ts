import type { CatalogueIndex } from '../../../../core/access/catalogue';
import { NOBODY, SIGNED_IN } from '../../../../core/access/decisions/forward-routes';
import { count, lowerFirst, wordOf } from '../../../../core/wording/phrases';
import { denialWords } from '../../../../core/wording/refusal-codes';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { permissionWords, targetName, untilWords, valueOf } from './values';
import { ATTEMPTS } from './attempts';
import { say, type Known, type Phrase } from './wording';

/** "Lacks Contacts › Export", "Own role or account" */
export function denialDetail(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const missing = valueOf(doc, 'missing');
  if (isTold(doc)) return `${targetName(doc)}: ${told(doc, catalogue)}`;
  return Array.isArray(missing) && missing.length > 0
    ? lackWords(missing.map(String), catalogue)
    : denialWords(doc.reason ?? '');
}

/** Words for what is missing, which is no permission where a route takes none. */
function lackWords(missing: string[], catalogue: CatalogueIndex): string {
  if (missing[0] === NOBODY) return 'The route refuses everyone';
  return missing[0] === SIGNED_IN
    ? 'Access has ended or is suspended'
    : `Lacks ${permissionWords(missing, catalogue)}`;
}

export function denialSentence(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  if (isTold(doc)) return say`was told that ${targetName(doc)} can’t use ${told(doc, catalogue)}`;
  return say`was denied ${attemptWords(doc)}: ${lowerFirst(denialDetail(doc, catalogue))}`;
}

/** "412 more times until 22:14 UTC, lacks Contacts › Export" */
export function denialsDetail(doc: EntryDoc, catalogue: CatalogueIndex): string {
  return `${moreTimes(doc)}, ${differ(doc) ? 'different attempts' : lowerFirst(denialDetail(doc, catalogue))}`;
}

export function denialsSentence(doc: EntryDoc, { catalogue }: Known): Phrase[] {
  if (isTold(doc))
    return say`was told ${moreTimes(doc)} that ${targetName(doc)} can’t use ${told(doc, catalogue)}`;
  return differ(doc)
    ? say`was denied ${'different attempts'} ${moreTimes(doc)}`
    : say`was denied ${attemptWords(doc)} ${moreTimes(doc)}: ${lowerFirst(denialDetail(doc, catalogue))}`;
}

/** A program asked about somebody else and was told no: nobody tried anything (DEC-6). */
function isTold(doc: EntryDoc): boolean {
  const procedure = String(valueOf(doc, 'procedure') ?? '');
  return procedure.startsWith('/access/v1/evaluation') && doc.target.type !== 'procedure';
}

/** "Contacts › Export (not in the role)" */
function told(doc: EntryDoc, catalogue: CatalogueIndex): string {
  const missing = valueOf(doc, 'missing');
  const permissions = Array.isArray(missing) ? permissionWords(missing.map(String), catalogue) : '';
  return `${permissions} (${lowerFirst(denialWords(doc.reason ?? ''))})`;
}

function moreTimes(doc: EntryDoc): string {
  return `${count(Number(valueOf(doc, 'times') ?? 0), 'more time')}${untilWords(doc)}`;
}

/** Attempts that were too many to be counted by what they were. */
function differ(doc: EntryDoc): boolean {
  return valueOf(doc, 'procedure') === undefined;
}

function attemptWords(doc: EntryDoc): string {
  const procedure = String(valueOf(doc, 'procedure') ?? doc.target.id);
  return wordOf(ATTEMPTS, procedure) ?? procedure;
}
