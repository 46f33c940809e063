import type { CatalogueIndex } from '../../../core/catalogue';
import type { FeedEntry } from '../../../docs/cells';
import type { EntryDoc } from '../../db/audit-schema';
import { summarise } from './summary';

/**
 * An entry of the log as readers see it, in the feed and in the lists alike. One that is not as the program writes them (somebody
 * put it into the database) is shown as that: it must not hide the others.
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

function readPersonalData(bytes: Uint8Array | null): {
  ip: string | null;
  userAgent: string | null;
  email: string | null;
} {
  const erased = { ip: null, userAgent: null, email: null };
  if (bytes === null || bytes.length === 0) return erased;
  const parsed = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const text = (key: string) => (typeof parsed[key] === 'string' ? parsed[key] : null);
  return { ip: text('ip'), userAgent: text('userAgent'), email: text('email') };
}
