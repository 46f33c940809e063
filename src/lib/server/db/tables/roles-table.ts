import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { RoleKind } from '../../../core/roles/role-kinds';
import type { Queryable } from '../driver/client';
import { lockInOrder, type RecordLock } from '../driver/lock-in-order';
import { administrators } from '../schema/administrators';
import { packages } from '../schema/packages';
import { rolePermissions, roles } from '../schema/roles';
import { users } from '../schema/users';
import type { AuditedTransaction } from '../driver/transaction';

export type RoleRow = typeof roles.$inferSelect;
export type CellRow = typeof rolePermissions.$inferSelect;
export type RoleLock = RecordLock;

const present = isNull(roles.deletedAt);

/**
 * Locks roles for a decision and reads them, always in the order of their ids: two transactions that need the same
 * roles never wait for each other in a circle.
 */
export async function lockRoles(
  tx: AuditedTransaction,
  locks: readonly RoleLock[]
): Promise<Map<string, RoleRow>> {
  return lockInOrder(locks, (id, mode) => lockRole(tx, id, mode));
}

async function lockRole(tx: AuditedTransaction, id: string, mode: RoleLock['mode']): Promise<RoleRow[]> {
  const query = tx
    .select()
    .from(roles)
    .where(and(eq(roles.id, id), present));
  return query.for(mode);
}

/** All roles, or those named, by name; of both kinds unless one is named. */
export async function readRoles(tx: Queryable, ids?: readonly string[], kind?: RoleKind): Promise<RoleRow[]> {
  return tx
    .select()
    .from(roles)
    .where(and(ids && inArray(roles.id, [...ids]), kind && eq(roles.kind, kind), present))
    .orderBy(asc(roles.name));
}

/** The ids of all roles there ever were, deleted ones too: none is used again. */
export async function readRoleIds(tx: Queryable): Promise<string[]> {
  const rows = await tx.select({ id: roles.id }).from(roles);
  return rows.map((row) => row.id);
}

/** Kinds of roles by id; of those that were deleted too. */
export async function readRoleKinds(tx: Queryable, ids: readonly string[]): Promise<Map<string, RoleKind>> {
  const rows = await tx
    .select({ id: roles.id, kind: roles.kind })
    .from(roles)
    .where(inArray(roles.id, [...ids]));
  return new Map(rows.map(({ id, kind }) => [id, kind]));
}

/** Members per role: administrators who have it, or users whose package has it. */
export async function countMembers(tx: Queryable, ids?: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx
    .select({ id: administrators.roleId, members: count() })
    .from(administrators)
    .where(and(isNull(administrators.deletedAt), ids ? inArray(administrators.roleId, [...ids]) : undefined))
    .groupBy(administrators.roleId)
    .unionAll(
      tx
        .select({ id: packages.roleId, members: count() })
        .from(users)
        .innerJoin(packages, eq(packages.id, users.packageId))
        .where(and(isNull(users.deletedAt), ids ? inArray(packages.roleId, [...ids]) : undefined))
        .groupBy(packages.roleId)
    );
  return new Map(rows.map((row) => [row.id, row.members]));
}

/** Whether anybody, an application or a user, has a role and whether the owner does: few look-ups, however many they are. */
export async function membership(
  tx: Queryable,
  roleId: string
): Promise<{ hasMembers: boolean; heldByOwner: boolean }> {
  const [row] = await tx.execute<{ has: boolean; owner: boolean }>(sql`select
    exists (select 1 from administrators where role_id = ${roleId} and deleted_at is null)
      or exists (select 1 from applications where role_id = ${roleId} and deleted_at is null)
      or exists (select 1 from packages join users on users.package_id = packages.id
        where packages.role_id = ${roleId} and users.deleted_at is null) as has,
    exists (select 1 from administrators where owner and role_id = ${roleId}) as owner`);
  return { hasMembers: row!.has, heldByOwner: row!.owner };
}

/** Ids of the permissions in force in a role. */
export async function readGrants(tx: Queryable, roleId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: rolePermissions.permissionId })
    .from(rolePermissions)
    .where(and(eq(rolePermissions.roleId, roleId), rolePermissions.on));
  return rows.map((row) => row.id);
}

/** The named cells of a role. */
export async function readCells(tx: Queryable, roleId: string, ids: readonly string[]): Promise<CellRow[]> {
  if (ids.length === 0) return [];
  return tx
    .select()
    .from(rolePermissions)
    .where(and(eq(rolePermissions.roleId, roleId), inArray(rolePermissions.permissionId, [...ids])));
}

/** The cells that changed after a version. */
export async function readCellsSince(tx: Queryable, roleId: string, seq: number): Promise<CellRow[]> {
  return tx
    .select()
    .from(rolePermissions)
    .where(and(eq(rolePermissions.roleId, roleId), sql`${rolePermissions.seq} > ${seq}`));
}

// A statement takes 65,535 parameters, a cell seven of them.
const CELLS_PER_STATEMENT = 1000;

/** Sets cells of a role to what a version of it says. */
export async function writeCells(tx: AuditedTransaction, cells: readonly CellRow[]): Promise<void> {
  for (let from = 0; from < cells.length; from += CELLS_PER_STATEMENT)
    await tx
      .insert(rolePermissions)
      .values(cells.slice(from, from + CELLS_PER_STATEMENT))
      .onConflictDoUpdate({
        target: [rolePermissions.roleId, rolePermissions.permissionId],
        set: {
          on: sql`excluded.granted`,
          seq: sql`excluded.seq`,
          byId: sql`excluded.by_id`,
          byName: sql`excluded.by_name`,
          at: sql`excluded.at`
        }
      });
}

export async function insertRole(tx: AuditedTransaction, row: typeof roles.$inferInsert): Promise<void> {
  await tx.insert(roles).values(row);
}

export async function updateRole(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof roles.$inferInsert>
): Promise<void> {
  await tx.update(roles).set(change).where(eq(roles.id, id));
}

/** The role of a kind whose name looks like this one; null when the name is free. */
export async function findRoleByNameKey(
  tx: Queryable,
  kind: RoleKind,
  nameKey: string
): Promise<{ id: string; name: string } | null> {
  const [row] = await tx
    .select({ id: roles.id, name: roles.name })
    .from(roles)
    .where(and(eq(roles.kind, kind), eq(roles.nameKey, nameKey), present));
  return row ?? null;
}

/** The roles that grant a permission. */
export async function rolesGranting(tx: Queryable, permission: string): Promise<string[]> {
  const rows = await tx
    .select({ id: rolePermissions.roleId })
    .from(rolePermissions)
    .where(and(eq(rolePermissions.permissionId, permission), rolePermissions.on));
  return rows.map((row) => row.id);
}
