import type { CatalogueIndex } from '../../../core/catalogue';
import type { FeedEntry } from '../../../docs/cells';
import type { EntryDoc } from '../../db/audit-schema';
import { readPersonalData } from './personal-data';
import { summarise } from './summary';

/** An entry of the log as readers see it, in the feed and in the lists alike. */
export function feedEntry(
  catalogue: CatalogueIndex,
  seq: number,
  doc: EntryDoc,
  personalData: Uint8Array | null
): FeedEntry {
  const facts = readPersonalData(personalData);
  return {
    id: seq,
    at: doc.at,
    actor: { id: doc.actor.id, name: doc.actor.name ?? facts.email },
    action: doc.action,
    target: doc.target,
    outcome: doc.outcome,
    ip: facts.ip,
    ...summarise(catalogue, doc, facts.userAgent)
  };
}
