import * as Y from 'yjs';
import {
  FEED_LENGTH,
  type ApplicationSummary,
  type FeedEntry,
  type PackageSummary,
  type PermissionCell,
  type PersonSummary,
  type RoleCell,
  type UserSummary
} from './cells';
import {
  applicationsMap,
  feedEntries,
  packagesMap,
  peopleMap,
  rolesMap,
  routesChanged,
  settingsVersions,
  usersMap
} from './list-docs';
import { permissionCells, type RoleHeader } from './role-doc';

/** The one client id of every server-written document: a reader's state vector is then a single clock. */
export const SERVER_CLIENT = 1;

/** Any id but the server's: held while loading, because Yjs renames a document that receives its own client id. */
const LOADING_CLIENT = 2;

/** An empty document ready to be written by the server. */
export function newServerDocument(): Y.Doc {
  const doc = new Y.Doc({ gc: true });
  doc.clientID = SERVER_CLIENT;
  return doc;
}

/**
 * Applies stored updates (in clock order) in one transaction: merging them one by one is super-linear.
 * @throws Error when the updates leave a gap: the store is damaged and the document must be rebuilt from rows.
 */
export function loadUpdates(doc: Y.Doc, updates: readonly Uint8Array[]): void {
  doc.clientID = LOADING_CLIENT;
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  doc.clientID = SERVER_CLIENT;
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
    throw new Error('stored updates leave a gap');
}

/** The clock of a server document: it grows with every change, and with nothing else. */
export function clockOf(doc: Y.Doc): number {
  return Y.getState(doc.store, SERVER_CLIENT);
}

/** Number of pieces that a document is kept in: its size in memory, whatever its history. */
export function sizeOf(doc: Y.Doc): number {
  return doc.store.clients.get(SERVER_CLIENT)?.length ?? 0;
}

/** The state vector of a reader who has everything below `clock`. */
export function vectorAt(clock: number): Uint8Array {
  return Y.encodeStateVector(new Map(clock > 0 ? [[SERVER_CLIENT, clock]] : []));
}

/**
 * Runs `write` and returns the update it made, or null when it changed nothing. The update carries this change's own
 * deletions only, not those of the document's whole history.
 */
export function capture(doc: Y.Doc, write: () => void): Uint8Array | null {
  let made: Uint8Array | null = null;
  const onUpdate = (update: Uint8Array) => (made = update);
  doc.on('update', onUpdate);
  try {
    doc.transact(write);
  } finally {
    doc.off('update', onUpdate);
  }
  return made;
}

/** Writes a role's header fields that differ. The version comes last, so that a reader at that version has them all. */
export function writeRoleHeader(doc: Y.Doc, header: RoleHeader): void {
  const role = doc.getMap('role');
  for (const key of [
    'kind',
    'name',
    'description',
    'require2fa',
    'require2faFrom',
    'locked',
    'reviewedCatalogue',
    'seq'
  ] as const)
    if (role.get(key) !== header[key]) role.set(key, header[key]);
}

/** Writes permission cells that differ. An untick is a value, so that every change advances the clock. */
export function writePermissionCells(doc: Y.Doc, changed: ReadonlyMap<string, PermissionCell>): void {
  const cells = permissionCells(doc);
  for (const [id, cell] of changed) {
    const old = cells.get(id);
    if (!old || old.on !== cell.on || old.by !== cell.by || old.at !== cell.at) cells.set(id, cell);
  }
}

/** Writes the summary of a role into the list of its kind, or takes it out with null. */
export function writeRoleSummary(doc: Y.Doc, id: string, summary: RoleCell | null): void {
  writeCell(doc, rolesMap(doc), id, summary);
}

/** Writes the summary of a person, or takes it out with null. */
export function writePersonSummary(doc: Y.Doc, id: string, summary: PersonSummary | null): void {
  writeCell(doc, peopleMap(doc), id, summary);
}

/** Writes the summary of an application, or takes it out with null. */
export function writeApplicationSummary(doc: Y.Doc, id: string, summary: ApplicationSummary | null): void {
  writeCell(doc, applicationsMap(doc), id, summary);
}

/** Writes the summary of a user, or takes it out with null. */
export function writeUserSummary(doc: Y.Doc, id: string, summary: UserSummary | null): void {
  writeCell(doc, usersMap(doc), id, summary);
}

/** Writes the summary of a package, or takes it out with null. */
export function writePackageSummary(doc: Y.Doc, id: string, summary: PackageSummary | null): void {
  writeCell(doc, packagesMap(doc), id, summary);
}

/** Says that the table of routes changed: what it holds is asked of the server. */
export function writeRoutesChanged(doc: Y.Doc): void {
  const routes = routesChanged(doc);
  routes.set('changes', (routes.get('changes') ?? 0) + 1);
}

/** Makes a document be there although it has nothing to show yet: who opens one that is not there is turned away. */
export function beginDocument(doc: Y.Doc): void {
  if (clockOf(doc) === 0) doc.getMap<number>('meta').set('removals', 0);
}

/** Writes the version of a section of the settings. */
export function writeSettingsVersion(doc: Y.Doc, section: string, seq: number): void {
  const versions = settingsVersions(doc);
  if (versions.get(section) !== seq) versions.set(section, seq);
}

/** Appends entries to the feed and trims it. */
export function appendFeed(doc: Y.Doc, entries: readonly FeedEntry[]): void {
  const feed = feedEntries(doc);
  const kept = entries.slice(-FEED_LENGTH);
  const excess = feed.length + kept.length - FEED_LENGTH;
  if (excess > 0) feed.delete(0, excess);
  feed.push([...kept]);
}

/** Writes the whole feed anew. */
export function replaceFeed(doc: Y.Doc, entries: readonly FeedEntry[]): void {
  const feed = feedEntries(doc);
  feed.delete(0, feed.length);
  feed.push(entries.slice(-FEED_LENGTH));
}

function writeCell<T extends object>(doc: Y.Doc, map: Y.Map<T>, id: string, value: T | null): void {
  const old = map.get(id);
  if (value !== null) {
    if (JSON.stringify(old) !== JSON.stringify(value)) map.set(id, value);
  } else if (old !== undefined) {
    map.delete(id);
    // A bare deletion does not advance the clock: without this a reader could not tell that something is missing.
    const meta = doc.getMap<number>('meta');
    meta.set('removals', (meta.get('removals') ?? 0) + 1);
  }
}
