import { eq } from 'drizzle-orm';
import type { CapSettings } from '../../../core/quotas/caps';
import type { Queryable } from '../driver/client';
import { packages } from '../schema/packages';
import { users } from '../schema/users';

/** A user as far as its sending is changed or told of. */
export type UserSender = {
  id: string;
  name: string;
  /** Of its package. */
  roleId: string;
  /** Its own, and its package's. */
  caps: CapSettings;
  packageCaps: CapSettings;
  deletedAt: Date | null;
};

const columns = {
  id: users.id,
  name: users.name,
  roleId: packages.roleId,
  caps: users.caps,
  packageCaps: packages.caps,
  deletedAt: users.deletedAt
};

/** Null: there is no such user. */
export async function readUserSender(tx: Queryable, id: string): Promise<UserSender | null> {
  const [row] = await tx
    .select(columns)
    .from(users)
    .innerJoin(packages, eq(packages.id, users.packageId))
    .where(eq(users.id, id));
  return row ?? null;
}

/** The same, which stays so until the transaction ends: whoever is judged by it is judged by what is true at its commit. */
export async function lockUserSender(tx: Queryable, id: string): Promise<UserSender | null> {
  const [row] = await tx
    .select(columns)
    .from(users)
    .innerJoin(packages, eq(packages.id, users.packageId))
    .where(eq(users.id, id))
    .for('share');
  return row ?? null;
}
