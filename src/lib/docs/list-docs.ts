import type * as Y from 'yjs';
import type { FeedEntry, PersonSummary, RoleSummary } from './cells';

/** The `roles` document: role id → summary. */
export function rolesMap(doc: Y.Doc): Y.Map<RoleSummary> {
  return doc.getMap<RoleSummary>('roles');
}

/** The `people` document: administrator id → what the list shows. */
export function peopleMap(doc: Y.Doc): Y.Map<PersonSummary> {
  return doc.getMap<PersonSummary>('people');
}

/** The `feed` document: newest last, at most `FEED_LENGTH`. */
export function feedEntries(doc: Y.Doc): Y.Array<FeedEntry> {
  return doc.getArray<FeedEntry>('entries');
}
