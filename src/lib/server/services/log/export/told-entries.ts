import type { LoggedBody, LoggedEntry } from '../../../../core/log/logged-entry';
import type { CatalogueIndex } from '../../../../core/access/catalogue';
import type { ToldEntry } from '../../../db/log/exported-rows';
import { readPersonalData } from '../wording/personal-data';
import { summarise } from '../wording/summary';

/** A stored entry in the shape that exports, security tools and collectors share. */
export function loggedEntry(catalogue: CatalogueIndex, { seq, doc, personalData }: ToldEntry): LoggedEntry {
  const facts = readPersonalData(personalData);
  // What the mirror of an entry holds is its whole body.
  return { seq, body: doc as LoggedBody, facts, ...summarise(catalogue, doc, facts.userAgent) };
}
