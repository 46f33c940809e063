import type * as Y from 'yjs';
import { isSuperAdministrator } from '../../../../core/access/access';
import { partsOfRef } from '../../../../core/records';
import { SETTINGS_SECTIONS } from '../../../../core/settings/settings';
import {
  appendFeed,
  replaceFeed,
  clockOf,
  writePermissionCells,
  writePersonSummary,
  writeRoleHeader,
  writeSettingsVersion
} from '../../../../documents/server-writer';
import type { FeedEntry, PermissionCell } from '../../../../documents/cells';
import { feedEntries } from '../../../../documents/list-docs';
import { readRoleHeader } from '../../../../documents/role-doc';
import type { Queryable } from '../../../db/driver/client';
import { holdersOf, readAdministrators } from '../../../db/tables/administrators-table';
import { readLastActive } from '../../../db/tables/last-active-table';
import { pipelined } from '../../../db/driver/pipelined';
import { readSettingsRows } from '../../../db/tables/settings-table';
import { readCellsSince, readRoles, type CellRow, type RoleRow } from '../../../db/tables/roles-table';
import type { Deps } from '../../write-path/deps';
import { personSummary } from '../../administrators/person-summary';
import { readSection } from '../../stored-settings/read-section';
import { readNumbered } from '../../../db/log/log-table';
import type { DocumentStore } from './document-store';
import { feedEntry } from '../wording/feed-entry';
import { isolated } from './isolated';

/** Records to write into documents anew, collected from the entries of a batch. */
export type Touched = {
  /** Roles that changed. */
  roles: Set<string>;
  /** Roles whose number of members changed. */
  members: Set<string>;
  /** The whole list of roles: an older version of the program may have written it. */
  everyRole: boolean;
  /** The whole list of roles of users: it may be new. */
  everyUserRole: boolean;
  /** Roles whose holders are all shown differently. */
  holders: Set<string>;
  people: Set<string>;
  applications: Set<string>;
  /** The whole list of applications: it may be new. */
  everyApplication: boolean;
  users: Set<string>;
  packages: Set<string>;
  /** Packages whose users are all shown differently. */
  tenants: Set<string>;
  /** Both lists, of users and of packages: they may be new. */
  everyTenant: boolean;
  /** The table of routes, whose readers are those of applications. */
  routes: boolean;
  /** Sections of the settings. */
  settings: Set<string>;
  /** The whole feed: what it shows of its entries is not theirs any more. */
  feed: boolean;
};

/** Sorts the records that a batch affects by what they concern. */
export function collectAffected(records: Iterable<string>): Touched {
  const touched: Touched = {
    roles: new Set(),
    members: new Set(),
    everyRole: false,
    everyUserRole: false,
    holders: new Set(),
    people: new Set(),
    applications: new Set(),
    everyApplication: false,
    users: new Set(),
    packages: new Set(),
    tenants: new Set(),
    everyTenant: false,
    routes: false,
    settings: new Set(),
    feed: false
  };
  for (const record of records) {
    const { kind, id } = partsOfRef(record);
    if (kind === 'role') touched.roles.add(id);
    else if (kind === 'members') touched.members.add(id);
    else if (kind === 'holders') touched.holders.add(id);
    else if (kind === 'person') touched.people.add(id);
    else if (kind === 'application') touched.applications.add(id);
    else if (kind === 'user') touched.users.add(id);
    else if (kind === 'package') touched.packages.add(id);
    else if (record === 'users:all') touched.everyTenant = true;
    else if (kind === 'tenants') touched.tenants.add(id);
    else if (kind === 'settings') touched.settings.add(id);
    else if (record === 'feed:all') touched.feed = true;
    else if (record === 'roles:all') touched.everyRole = true;
    else if (record === 'userRoles:all') touched.everyUserRole = true;
    else if (record === 'applications:all') touched.everyApplication = true;
    else if (record === 'routes:all') touched.routes = true;
  }
  return touched;
}

/** The roles that a batch affects: their documents and the lists that name them are written of the same rows. */
export async function readTouchedRoles(tx: Queryable, { roles, members }: Touched): Promise<RoleRow[]> {
  const ids = new Set([...roles, ...members]);
  return ids.size > 0 ? readRoles(tx, [...ids]) : [];
}

/** Cells of a role that changed after a version: asked for once in a batch, whoever needs them. */
export type CellsSince = (roleId: string, seq: number) => Promise<CellRow[]>;

export function cellsOnce(tx: Queryable): CellsSince {
  const asked = new Map<string, Promise<CellRow[]>>();
  return (roleId, seq) => {
    const key = `${seq} ${roleId}`;
    const reading = asked.get(key) ?? readCellsSince(tx, roleId, seq);
    asked.set(key, reading);
    return reading;
  };
}

/** The roles that a batch affects, and what their documents are written of. */
export type RolesOfBatch = {
  deps: Deps;
  tx: Queryable;
  store: DocumentStore;
  touched: Touched;
  rows: Promise<readonly RoleRow[]>;
  cellsSince: CellsSince;
};

/**
 * Writes `role:<id>` documents. Only cells newer than the document's version are read: a tick costs a tick
 * (ROL-13).
 */
export async function projectRoles(batch: RolesOfBatch): Promise<void> {
  const { deps, store, touched } = batch;
  await pipelined(
    [...touched.roles].map((id) => isolated(deps, store, `role:${id}`, () => projectRole(batch, id)))
  );
}

async function projectRole(batch: RolesOfBatch, id: string): Promise<void> {
  const { deps, tx, store } = batch;
  const name = `role:${id}`;
  // The cells do not wait for the row.
  const [rows, [doc, changed]] = await pipelined([batch.rows, openWithCells(batch, id)]);
  const row = rows.find((each) => each.id === id);
  if (!row) return store.remove(tx, name);
  const cells = isSuperAdministrator(id)
    ? everyCell(deps, row)
    : new Map(
        changed.map((cell) => [
          cell.permissionId,
          { on: cell.on, by: cell.byName, at: cell.at.toISOString() }
        ])
      );
  const { kind, name: title, description, require2fa, locked, reviewedCatalogue, seq } = row;
  const require2faFrom = row.require2faFrom?.toISOString() ?? null;
  store.write(name, doc, () => {
    writePermissionCells(doc, cells);
    const fields = { kind, name: title, description, require2fa, require2faFrom, locked, reviewedCatalogue };
    writeRoleHeader(doc, { ...fields, seq });
  });
}

async function openWithCells(
  { tx, store, cellsSince }: RolesOfBatch,
  id: string
): Promise<[Y.Doc, CellRow[]]> {
  const doc = await store.open(tx, `role:${id}`);
  return [doc, await cellsSince(id, readRoleHeader(doc)?.seq ?? 0)];
}

/** Writes the `people` document: all of it when it is new, else the people concerned. */
export async function projectPeople(tx: Queryable, store: DocumentStore, touched: Touched): Promise<void> {
  const ids = new Set([...touched.people, ...(await holdersOf(tx, [...touched.holders]))]);
  // The platform's rule about second factors is shown with everybody.
  const everybody = touched.settings.has('twoFactor');
  if (ids.size === 0 && !everybody) return;
  const doc = await store.open(tx, 'people');
  const wanted = clockOf(doc) === 0 || everybody ? undefined : [...ids];
  const rows = await readAdministrators(tx, wanted);
  const roleIds = [...new Set(rows.map((row) => row.roleId))];
  const roles = new Map((await readRoles(tx, roleIds)).map((role) => [role.id, role]));
  const active = await readLastActive(tx, wanted);
  const platform2fa = await readSection(tx, 'twoFactor');
  const gone = new Set(ids);
  store.write('people', doc, () => {
    for (const row of rows) {
      const given = { role: roles.get(row.roleId), platform2fa, lastActive: active.get(row.id) };
      writePersonSummary(doc, row.id, personSummary(row, given));
      gone.delete(row.id);
    }
    for (const id of gone) writePersonSummary(doc, id, null);
  });
}

/** Writes the `settings` document: the version of each section, so that open pages ask anew for what changed. */
export async function projectSettings(tx: Queryable, store: DocumentStore, touched: Touched): Promise<void> {
  if (touched.settings.size === 0) return;
  const [doc, rows] = await pipelined([store.open(tx, 'settings'), readSettingsRows(tx)]);
  store.write('settings', doc, () => {
    const versions = new Map(rows.map(({ section, seq }) => [section, seq]));
    for (const section of SETTINGS_SECTIONS) writeSettingsVersion(doc, section, versions.get(section) ?? 0);
  });
}

/** Appends the numbered entries of a batch to the feed; or writes all of it anew, from the log. */
export async function projectFeed(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  entries: readonly FeedEntry[],
  anew: boolean
): Promise<void> {
  if (entries.length === 0 && !anew) return;
  const doc = await store.open(tx, 'feed');
  if (anew) {
    const shown = feedEntries(doc).map(({ id }) => id);
    const rows = await readNumbered(tx, shown);
    const fresh = rows.map((row) => feedEntry(deps.catalogue, row.seq, row.doc, row.personalData));
    store.write('feed', doc, () => replaceFeed(doc, [...fresh, ...entries]));
    store.compact('feed', doc);
  } else store.write('feed', doc, () => appendFeed(doc, entries));
}

function everyCell(deps: Deps, row: RoleRow): Map<string, PermissionCell> {
  const cell: PermissionCell = { on: true, by: 'Rolecall', at: row.createdAt.toISOString() };
  return new Map(deps.catalogue.ids.map((id) => [id, cell]));
}
