import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { lockInOrder, type RecordLock } from '../driver/lock-in-order';
import type { AuditedTransaction } from '../driver/transaction';
import { packages } from '../schema/packages';

export type PackageRow = typeof packages.$inferSelect;

const present = isNull(packages.deletedAt);

export async function insertPackage(
  tx: AuditedTransaction,
  row: typeof packages.$inferInsert
): Promise<void> {
  await tx.insert(packages).values(row);
}

export async function updatePackage(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof packages.$inferInsert>
): Promise<void> {
  await tx.update(packages).set(change).where(eq(packages.id, id));
}

/** Locks packages for a decision; deleted ones are left out. */
export async function lockPackages(
  tx: AuditedTransaction,
  locks: readonly RecordLock[]
): Promise<Map<string, PackageRow>> {
  return lockInOrder(locks, async (id, mode) => {
    const query = tx
      .select()
      .from(packages)
      .where(and(eq(packages.id, id), present));
    return query.for(mode);
  });
}

/** All packages, or those named, by name; deleted ones are left out. */
export async function readPackages(tx: Queryable, ids?: readonly string[]): Promise<PackageRow[]> {
  return tx
    .select()
    .from(packages)
    .where(ids ? and(inArray(packages.id, [...ids]), present) : present)
    .orderBy(asc(packages.name), asc(packages.id));
}

/**
 * These packages whether they are still there or not: a deleted one keeps its history, and closed users keep its
 * name.
 */
export async function readPackagesEver(tx: Queryable, ids: readonly string[]): Promise<PackageRow[]> {
  return tx
    .select()
    .from(packages)
    .where(inArray(packages.id, [...ids]));
}

/** The package whose name looks like this one; null when the name is free. */
export async function findPackageByNameKey(
  tx: Queryable,
  nameKey: string
): Promise<{ id: string; name: string } | null> {
  const [row] = await tx
    .select({ id: packages.id, name: packages.name })
    .from(packages)
    .where(and(eq(packages.nameKey, nameKey), present));
  return row ?? null;
}

/** Ids of the packages that give one of these roles. */
export async function packagesOfRoles(tx: Queryable, roleIds: readonly string[]): Promise<string[]> {
  if (roleIds.length === 0) return [];
  const rows = await tx
    .select({ id: packages.id })
    .from(packages)
    .where(and(inArray(packages.roleId, [...roleIds]), present));
  return rows.map(({ id }) => id);
}
