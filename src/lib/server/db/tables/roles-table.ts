import { and, asc, count, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { RoleKind } from '../../../core/roles/role-kinds';
import { builtOnce, writtenOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { quoted } from '../driver/listed';
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
  return lockInOrder(locks, (id, mode) => lockRole[mode](tx, { id }));
}

const lockRole = { share: roleHeld('share'), update: roleHeld('update') };

function roleHeld(mode: RoleLock['mode']) {
  return builtOnce((db, slot) => {
    const one = and(eq(roles.id, slot('id')), present);
    return db.select().from(roles).where(one).for(mode);
  });
}

/** All roles, or those named, by name; of both kinds unless one is named. */
export async function readRoles(tx: Queryable, ids?: readonly string[], kind?: RoleKind): Promise<RoleRow[]> {
  if (!ids) return kind ? rolesByName.ofKind(tx, { kind }) : rolesByName.all(tx);
  const named = { ids: quoted(ids) };
  return kind ? rolesByName.namedOfKind(tx, { ...named, kind }) : rolesByName.named(tx, named);
}

const rolesByName = {
  all: rolesWith(),
  named: rolesWith('ids'),
  ofKind: rolesWith('kind'),
  namedOfKind: rolesWith('ids', 'kind')
};

function rolesWith(...given: ('ids' | 'kind')[]) {
  return builtOnce((db, slot) => {
    const named = given.includes('ids') ? sql`${roles.id} = any(${slot('ids')}::text[])` : undefined;
    const ofKind = given.includes('kind') ? eq(roles.kind, slot('kind')) : undefined;
    return db
      .select()
      .from(roles)
      .where(and(named, ofKind, present))
      .orderBy(asc(roles.name));
  });
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

/**
 * Membership of a role: whether a person, an application or a user has it, and whether the owner does. Takes few
 * look-ups, however many members there are.
 */
export async function membership(
  tx: Queryable,
  roleId: string
): Promise<{ hasMembers: boolean; heldByOwner: boolean }> {
  const [row] = await heldBy(tx, { roleId });
  return { hasMembers: row!.has, heldByOwner: row!.owner };
}

const heldBy = writtenOnce<{ has: boolean; owner: boolean }>(
  (slot) => sql`select
    exists (select 1 from administrators where role_id = ${slot('roleId')} and deleted_at is null)
      or exists (select 1 from applications where role_id = ${slot('roleId')} and deleted_at is null)
      or exists (select 1 from packages join users on users.package_id = packages.id
        where packages.role_id = ${slot('roleId')} and users.deleted_at is null) as has,
    exists (select 1 from administrators where owner and role_id = ${slot('roleId')}) as owner`
);

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
  return cellsById(tx, { roleId, ids: quoted(ids) });
}

const cellsById = builtOnce((db, slot) =>
  db
    .select()
    .from(rolePermissions)
    .where(
      and(
        eq(rolePermissions.roleId, slot('roleId')),
        sql`${rolePermissions.permissionId} = any(${slot('ids')}::text[])`
      )
    )
);

/** The cells that changed after a version. */
export async function readCellsSince(tx: Queryable, roleId: string, seq: number): Promise<CellRow[]> {
  return cellsSince(tx, { roleId, seq });
}

const cellsSince = builtOnce((db, slot) =>
  db
    .select()
    .from(rolePermissions)
    .where(and(eq(rolePermissions.roleId, slot('roleId')), gt(rolePermissions.seq, slot('seq'))))
);

/** Sets cells of a role to what a version of it says. */
export async function writeCells(tx: AuditedTransaction, cells: readonly CellRow[]): Promise<void> {
  if (cells.length > 0) await setCells(tx, { cells: JSON.stringify(cells) });
}

// One parameter, however many cells: one text for all of them.
const setCells = writtenOnce(
  (slot) => sql`
    insert into role_permissions (role_id, permission_id, granted, seq, by_id, by_name, at)
    select "roleId", "permissionId", "on", seq, "byId", "byName", at from jsonb_to_recordset(${slot('cells')}::jsonb)
      as cell ("roleId" text, "permissionId" text, "on" boolean, seq bigint, "byId" uuid, "byName" text, at timestamptz)
    on conflict (role_id, permission_id) do update set
      granted = excluded.granted, seq = excluded.seq, by_id = excluded.by_id, by_name = excluded.by_name, at = excluded.at`
);

export async function insertRole(tx: AuditedTransaction, row: typeof roles.$inferInsert): Promise<void> {
  await tx.insert(roles).values(row);
}

export async function updateRole(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof roles.$inferInsert>
): Promise<void> {
  const fields = Object.entries(change).filter(([, value]) => value !== undefined);
  // Which fields, and which of them become nothing: of that there are few combinations.
  const shape = fields.map(([field, value]) => (value === null ? `${field}:null` : field)).join();
  const update = updates.get(shape) ?? roleChanged(fields);
  updates.set(shape, update);
  await update(tx, { ...change, id });
}

const updates = new Map<string, ReturnType<typeof roleChanged>>();

function roleChanged(fields: [string, unknown][]) {
  return builtOnce((db, slot) => {
    const set = fields.map(([field, value]) => [field, value === null ? sql`null` : slot(field)]);
    return db
      .update(roles)
      .set(Object.fromEntries(set) as Partial<RoleRow>)
      .where(eq(roles.id, slot('id')));
  });
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
