import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { packages } from '../schema/packages';
import { users } from '../schema/users';

// Who has roles of users: users have one by their package (TEN-2).

const present = isNull(packages.deletedAt);

/** Number of packages that give each role to users; a role that none gives is not in the map. */
export async function countPackages(
  tx: Queryable,
  roleIds?: readonly string[]
): Promise<Map<string, number>> {
  const rows = await tx
    .select({ id: packages.roleId, packages: count() })
    .from(packages)
    .where(and(present, roleIds ? inArray(packages.roleId, [...roleIds]) : undefined))
    .groupBy(packages.roleId);
  return new Map(rows.map((row) => [row.id, row.packages]));
}

/** The users of a role, by name. */
export async function usersOfRole(
  tx: Queryable,
  roleId: string,
  limit: number
): Promise<{ id: string; name: string; email: string }[]> {
  return tx
    .select({ id: users.id, name: users.name, email: users.email })
    .from(users)
    .innerJoin(packages, eq(packages.id, users.packageId))
    .where(and(eq(packages.roleId, roleId), isNull(users.deletedAt)))
    .orderBy(asc(users.name), asc(users.id))
    .limit(limit);
}

/** Gives all packages of a role another one, and says by whom and when it changed; which they are. */
export async function movePackages(
  tx: AuditedTransaction,
  from: string,
  to: string,
  stamp: { by: string; at: string }
): Promise<{ id: string; name: string }[]> {
  const seq = sql`${packages.seq} + 1`;
  return tx
    .update(packages)
    .set({
      roleId: to,
      seq,
      fieldSeq: sql`${packages.fieldSeq} || jsonb_build_object('roleId',
        jsonb_build_object('seq', ${seq}, 'by', ${stamp.by}::text, 'at', ${stamp.at}::text))`
    })
    .where(and(eq(packages.roleId, from), present))
    .returning({ id: packages.id, name: packages.name });
}
