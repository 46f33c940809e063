import type { Refusal } from '../../../core/access/refusal';
import type { AssignableRole } from '../../../core/roles/roles';
import type { PackageRow } from '../../db/tables/packages-table';
import { readRoles } from '../../db/tables/roles-table';
import type { Deps } from './deps';
import type { Decision } from './mutation';

/** A role of users that a decision locked, as core's decisions take it; null: there is none of this id (TEN-4). */
export async function userRole(
  { deps, tx, roles }: Pick<Decision, 'deps' | 'tx' | 'roles'>,
  id: string
): Promise<AssignableRole | null> {
  const role = roles.get(id);
  if (role?.kind !== 'user') return null;
  return { id, effective: (await deps.grants.of(tx, id, role.seq)).effective };
}

/** A package that a decision locked, with what its users can do. */
export type TouchedPackage = { row: PackageRow; effective: ReadonlySet<string> };

/** The package of this id, or that there is none. */
export async function touchedPackage(
  context: Decision,
  id: string
): Promise<TouchedPackage | { refused: Refusal }> {
  const row = context.packages.get(id);
  const role = row && (await userRole(context, row.roleId));
  if (!row || !role) return { refused: { code: 'not-found', what: 'package' } };
  return { row, effective: role.effective };
}

/** Permissions in effect for users of a package, read without a lock; null: its role is gone. */
export async function effectiveOf(
  { db, grants }: Deps,
  { roleId }: Pick<PackageRow, 'roleId'>
): Promise<ReadonlySet<string> | null> {
  const [role] = await readRoles(db, [roleId]);
  return role ? (await grants.of(db, role.id, role.seq)).effective : null;
}

/** The entry's name for a package. */
export function packageTarget({ id, name }: { id: string; name: string }) {
  return { type: 'package', id, name };
}

/** The entry's name for a user. */
export function userTarget({ id, name }: { id: string; name: string }) {
  return { type: 'user', id, name };
}
