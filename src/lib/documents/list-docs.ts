import type * as Y from 'yjs';
import type {
  ApplicationSummary,
  FeedEntry,
  PackageSummary,
  PersonSummary,
  PlatformCell,
  RoleCell,
  SenderCell,
  UserSummary
} from './cells';

/** The `roles` and `userRoles` documents: role id → summary. */
export function rolesMap(doc: Y.Doc): Y.Map<RoleCell> {
  return doc.getMap<RoleCell>('roles');
}

/** Notes of the server beside them: `order`, the digest of the order of permissions that their masks are in. */
export function roleListNotes(doc: Y.Doc): Y.Map<string> {
  return doc.getMap<string>('notes');
}

/** The `people` document: administrator id → what the list shows. */
export function peopleMap(doc: Y.Doc): Y.Map<PersonSummary> {
  return doc.getMap<PersonSummary>('people');
}

/** The `applications` document: application id → what the list shows. */
export function applicationsMap(doc: Y.Doc): Y.Map<ApplicationSummary> {
  return doc.getMap<ApplicationSummary>('applications');
}

/** The `users` document: user id → what the list shows. */
export function usersMap(doc: Y.Doc): Y.Map<UserSummary> {
  return doc.getMap<UserSummary>('users');
}

/** The `packages` document: package id → what the list shows. */
export function packagesMap(doc: Y.Doc): Y.Map<PackageSummary> {
  return doc.getMap<PackageSummary>('packages');
}

/** Counter of changes to the table of routes, in the `applications` document. */
export function routesChanged(doc: Y.Doc): Y.Map<number> {
  return doc.getMap<number>('routes');
}

/** The `settings` document: section → the version it is at. */
export function settingsVersions(doc: Y.Doc): Y.Map<number> {
  return doc.getMap<number>('settings');
}

/** The `feed` document: newest last, at most `FEED_LENGTH`. */
export function feedEntries(doc: Y.Doc): Y.Array<FeedEntry> {
  return doc.getArray<FeedEntry>('entries');
}

/** The `gauges` and `own` documents: an account (`administrator:<id>`) → how its caps stand. */
export function gaugesMap(doc: Y.Doc): Y.Map<SenderCell> {
  return doc.getMap<SenderCell>('gauges');
}

/** State that concerns everybody who sends, in the same documents. */
export function platformMap(doc: Y.Doc): Y.Map<PlatformCell[keyof PlatformCell]> {
  return doc.getMap<PlatformCell[keyof PlatformCell]>('platform');
}
