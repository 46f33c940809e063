import {
  beginDocument,
  clockOf,
  writePackageSummary,
  writeUserSummary
} from '../../../../documents/server-writer';
import { countOwn } from '../../../../core/users/in-force';
import type { PackageSummary, UserSummary } from '../../../../documents/cells';
import type { Queryable } from '../../../db/driver/client';
import {
  packagesOfRoles,
  readPackages,
  readPackagesEver,
  type PackageRow
} from '../../../db/tables/packages-table';
import { readRoles } from '../../../db/tables/roles-table';
import { countUsers, readUsers, usersOfPackages, type UserRow } from '../../../db/tables/users-table';
import type { DocumentStore } from './document-store';
import type { Touched } from './project';

/** Writes the `users` document: all of it when it is new, else the users concerned. */
export async function projectUsers(
  tx: Queryable,
  store: DocumentStore,
  { users, tenants, everyTenant }: Touched
): Promise<void> {
  if (users.size === 0 && tenants.size === 0 && !everyTenant) return;
  const ids = new Set([...users, ...(await usersOfPackages(tx, [...tenants]))]);
  const doc = await store.open(tx, 'users');
  const rows = await readUsers(tx, clockOf(doc) === 0 || everyTenant ? undefined : [...ids]);
  const packages = await readPackagesEver(tx, [...new Set(rows.map(({ packageId }) => packageId))]);
  const names = new Map(packages.map(({ id, name }) => [id, name]));
  store.write('users', doc, () => {
    beginDocument(doc);
    for (const row of rows) {
      writeUserSummary(doc, row.id, userCell(row, names.get(row.packageId) ?? ''));
      ids.delete(row.id);
    }
    for (const gone of ids) writeUserSummary(doc, gone, null);
  });
  // Of who is erased (TEN-7), no update of before keeps the address.
  if (ids.size > 0 || rows.some(({ deletedAt }) => deletedAt !== null)) store.compact('users', doc);
}

/** Writes the `packages` document, with the names of their roles. */
export async function projectPackages(
  tx: Queryable,
  store: DocumentStore,
  { packages, roles, everyTenant }: Touched
): Promise<void> {
  const ids = new Set([...packages, ...(await packagesOfRoles(tx, [...roles]))]);
  if (ids.size === 0 && !everyTenant) return;
  const doc = await store.open(tx, 'packages');
  const rows = await readPackages(tx, clockOf(doc) === 0 || everyTenant ? undefined : [...ids]);
  const given = await readRoles(tx, [...new Set(rows.map(({ roleId }) => roleId))]);
  const roleNames = new Map(given.map(({ id, name }) => [id, name]));
  const users = await countUsers(
    tx,
    rows.map(({ id }) => id)
  );
  store.write('packages', doc, () => {
    beginDocument(doc);
    for (const row of rows) {
      const roleName = roleNames.get(row.roleId) ?? row.roleId;
      writePackageSummary(doc, row.id, packageCell(row, roleName, users.get(row.id) ?? 0));
      ids.delete(row.id);
    }
    for (const gone of ids) writePackageSummary(doc, gone, null);
  });
}

function userCell(row: UserRow, packageName: string): UserSummary {
  const { name, email, status, packageId, seq } = row;
  return {
    ...{ name, email, status, packageId, packageName, seq },
    suspendedUntil: row.suspendedUntil?.toISOString() ?? null,
    closesAt: row.closesAt?.toISOString() ?? null,
    own: countOwn(row),
    createdAt: row.createdAt.toISOString()
  };
}

function packageCell(row: PackageRow, roleName: string, users: number): PackageSummary {
  const { name, roleId, caps, counts, switches, seq } = row;
  return { name, roleId, roleName, users, caps, counts, switches, seq };
}
