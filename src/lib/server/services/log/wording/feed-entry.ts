import { spellOut } from '../../../../core/log/inert-text';
import type { CatalogueIndex } from '../../../../core/access/catalogue';
import type { FeedEntry } from '../../../../documents/cells';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { readPersonalData } from './personal-data';
import { summarise } from './summary';

/**
 * An entry of the log as readers see it, in the feed and in the lists alike. What people typed is only ever text
 * there: marks of direction, which would turn the rest of a row around, and what cannot be seen are spelt out (L-06).
 * One that is not as the program writes them (somebody put it into the database) is shown as that: it must not hide
 * the others.
 */
export function feedEntry(
  catalogue: CatalogueIndex,
  seq: number,
  doc: EntryDoc,
  personalData: Uint8Array | null
): FeedEntry {
  try {
    return readableEntry(catalogue, seq, doc, personalData);
  } catch {
    return {
      ...{ id: seq, at: doc.at, actor: { id: null, name: null }, action: doc.action },
      ...{ target: { type: 'log', id: String(seq), name: null }, outcome: 'error', ip: null },
      ...{ summary: 'Entry that cannot be read', detail: 'Have the log verified on the server' }
    };
  }
}

function readableEntry(
  catalogue: CatalogueIndex,
  seq: number,
  doc: EntryDoc,
  personalData: Uint8Array | null
): FeedEntry {
  const facts = readPersonalData(personalData);
  const { summary, detail } = summarise(catalogue, doc, facts.userAgent);
  return {
    id: seq,
    at: doc.at,
    actor: { id: shown(doc.actor.id), name: shown(doc.actor.name ?? facts.email), ...kindOf(doc) },
    ...behalfOf(doc),
    action: doc.action,
    target: { ...doc.target, id: spellOut(doc.target.id), name: shown(doc.target.name) },
    outcome: doc.outcome,
    ip: shown(facts.ip),
    summary: spellOut(summary),
    detail: spellOut(detail)
  };
}

function kindOf({ actor: { type } }: EntryDoc): Pick<FeedEntry['actor'], 'type'> {
  return type === 'user' || type === 'application' ? { type } : {};
}

function behalfOf({ on_behalf_of: user }: EntryDoc): Pick<FeedEntry, 'onBehalfOf'> {
  return user ? { onBehalfOf: { id: spellOut(user.id), name: spellOut(user.name) } } : {};
}

function shown(text: string | null): string | null {
  return text === null ? null : spellOut(text);
}
