import {
  and,
  asc,
  count,
  eq,
  getTableColumns,
  ilike,
  inArray,
  isNull,
  ne,
  or,
  sql,
  type SQL
} from 'drizzle-orm';
import { NO_BRAND, type OwnBrand } from '../../../core/users/own-brand';
import type { UserStatus } from '../../../core/users/user-status';
import type { Queryable } from '../driver/client';
import { lockInOrder, type RecordLock } from '../driver/lock-in-order';
import type { AuditedTransaction } from '../driver/transaction';
import { users } from '../schema/users';

/** A user without its brand, whose picture nobody carries along who lists or locks many. */
export type UserRow = Omit<typeof users.$inferSelect, 'brand'>;

const { brand: _, ...lean } = getTableColumns(users);
/** The columns of a `UserRow`. */
export const userColumns = lean;

/** Neither deleted nor closed and erased. */
const present = isNull(users.deletedAt);

/** The status in force at a moment: what core's `statusAt` says, for whoever looks through many. */
const statusThen = (now: Date) => sql`case
  when ${users.status} = 'suspended' and ${users.suspendedUntil} <= ${now.toISOString()}::timestamptz then 'active'
  when ${users.status} = 'closing' and ${users.closesAt} <= ${now.toISOString()}::timestamptz then 'closed'
  else ${users.status} end`;

export async function insertUser(tx: AuditedTransaction, row: typeof users.$inferInsert): Promise<void> {
  await tx.insert(users).values(row);
}

export async function updateUser(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof users.$inferInsert>
): Promise<void> {
  await tx.update(users).set(change).where(eq(users.id, id));
}

/** Takes a record away permanently. What others say about this user (the log) stays. */
export async function deleteUser(tx: AuditedTransaction, id: string): Promise<void> {
  await tx.delete(users).where(eq(users.id, id));
}

/** Locks users for a decision, the closed ones too. */
export async function lockUsers(
  tx: AuditedTransaction,
  locks: readonly RecordLock[]
): Promise<Map<string, UserRow>> {
  return lockInOrder(locks, async (id, mode) => {
    const query = tx.select(userColumns).from(users).where(eq(users.id, id));
    return query.for(mode);
  });
}

/** All users, or those named; the closed ones too. */
export async function readUsers(tx: Queryable, ids?: readonly string[]): Promise<UserRow[]> {
  return tx
    .select(userColumns)
    .from(users)
    .where(ids ? inArray(users.id, [...ids]) : undefined);
}

/** Branding of a user's own console. Nothing set where there is no such user, or the user set nothing. */
export async function readBrand(tx: Queryable, id: string): Promise<OwnBrand> {
  const [row] = await tx.select({ brand: users.brand }).from(users).where(eq(users.id, id));
  return { ...NO_BRAND, ...row?.brand };
}

/** Finds the present user with this address; null: there is none. */
export async function findUserByEmailKey(tx: Queryable, emailKey: string): Promise<UserRow | null> {
  const [row] = await tx
    .select(userColumns)
    .from(users)
    .where(and(eq(users.emailKey, emailKey), present));
  return row ?? null;
}

export type UsersFilter = {
  search?: string | undefined;
  packageId?: string | undefined;
  /** The status in force. Without it everybody but the closed. */
  status?: UserStatus | undefined;
};

/** A page of users in the order of name, then id. `after` is the last row of the page before. */
export async function listUsers(
  tx: Queryable,
  filter: UsersFilter,
  page: { after?: { name: string; id: string } | undefined; limit: number; now: Date }
): Promise<UserRow[]> {
  const like = filter.search ? `%${filter.search.replace(/[\\%_]/g, '\\$&')}%` : null;
  return tx
    .select(userColumns)
    .from(users)
    .where(
      and(
        hasStatus(filter.status, page.now),
        like ? or(ilike(users.name, like), ilike(users.email, like)) : undefined,
        filter.packageId ? eq(users.packageId, filter.packageId) : undefined,
        page.after
          ? sql`(${users.name}, ${users.id}) > (${page.after.name}, ${page.after.id}::uuid)`
          : undefined
      )
    )
    .orderBy(asc(users.name), asc(users.id))
    .limit(page.limit);
}

/** The ids of all users, the closed ones too, by name. */
export async function userIds(tx: Queryable): Promise<string[]> {
  const rows = await tx.select({ id: users.id }).from(users).orderBy(asc(users.name), asc(users.id));
  return rows.map(({ id }) => id);
}

function hasStatus(status: UserStatus | undefined, now: Date): SQL | undefined {
  if (status === undefined) return present;
  return sql`${statusThen(now)} = ${status}`;
}

/** Number of users that each of these packages has; of all packages without ids. */
export async function countUsers(tx: Queryable, ids?: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx
    .select({ id: users.packageId, users: count() })
    .from(users)
    .where(and(present, ids ? inArray(users.packageId, [...ids]) : undefined))
    .groupBy(users.packageId);
  return new Map(rows.map((row) => [row.id, row.users]));
}

/** Ids of all who have one of these packages. */
export async function usersOfPackages(tx: Queryable, packageIds: readonly string[]): Promise<string[]> {
  if (packageIds.length === 0) return [];
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.packageId, [...packageIds]), present));
  return rows.map(({ id }) => id);
}

/** A user as a change of its package is judged by. */
export type TenantRow = Pick<UserRow, 'id' | 'name' | 'caps' | 'counts' | 'timeZone'>;

/** All who have a package, by name. */
export async function tenantsOf(tx: Queryable, packageId: string): Promise<TenantRow[]> {
  return tx
    .select({
      ...{ id: users.id, name: users.name, caps: users.caps, counts: users.counts },
      timeZone: users.timeZone
    })
    .from(users)
    .where(and(eq(users.packageId, packageId), present))
    .orderBy(asc(users.name), asc(users.id));
}

/** Gives all users of a package another one; who they are. */
export async function moveUsers(
  tx: AuditedTransaction,
  from: string,
  to: string,
  stamp: { by: string; at: string }
): Promise<{ id: string; name: string }[]> {
  const changed = sql`jsonb_build_object('packageId', ${JSON.stringify(stamp)}::jsonb || jsonb_build_object('seq', ${users.seq} + 1))`;
  return tx
    .update(users)
    .set({ packageId: to, seq: sql`${users.seq} + 1`, fieldSeq: sql`${users.fieldSeq} || ${changed}` })
    .where(and(eq(users.packageId, from), present))
    .returning({ id: users.id, name: users.name });
}

/**
 * Ids of users whose suspension or closing is over, the longest over first, by the clock of the database and by
 * `now`.
 */
export async function usersDue(tx: Queryable, now: Date, limit: number): Promise<string[]> {
  const due = sql`least(clock_timestamp(), ${now.toISOString()}::timestamptz)`;
  const end = sql`case ${users.status} when 'suspended' then ${users.suspendedUntil} when 'closing' then ${users.closesAt} end`;
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(present, ne(users.status, 'active'), sql`${end} <= ${due}`))
    .orderBy(end, asc(users.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** The clock of the database and `now`, in their order. */
export async function bothClocks(tx: Queryable, now: Date): Promise<{ earlier: Date; later: Date }> {
  const [row] = await tx.execute<{ at: string }>(sql`select clock_timestamp()::text as at`);
  const [earlier, later] = [new Date(row!.at), now].sort((a, b) => a.getTime() - b.getTime());
  return { earlier: earlier!, later: later! };
}
