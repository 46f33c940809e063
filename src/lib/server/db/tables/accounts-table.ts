import { and, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm';
import type { AccountKind, AccountRef } from '../../../core/sign-in/account';
import type { UserStatus } from '../../../core/users/user-status';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { packages } from '../schema/packages';
import { users } from '../schema/users';
import {
  administratorsToRemind,
  findAdministrator,
  findByEmailKey,
  findKnownAdministrator,
  lockAdministrators,
  updateAdministrator,
  type AdministratorRow,
  type DatedRules
} from './administrators-table';
import { lockPackages } from './packages-table';
import { lockUsers, updateUser, userColumns, type UserRow } from './users-table';

/**
 * Sign-in record of either kind, under one set of names: whoever signs in is an account, whichever table it is in
 * (TEN-1).
 */
export type AccountRow = AccountRef &
  Omit<AdministratorRow, 'id' | 'status'> & {
    /** Status as stored; what is in force is core's `accountGate`. */
    status: UserStatus;
    statusReason: string | null;
    suspendedUntil: Date | null;
    closesAt: Date | null;
    /** Package of a user, whose role is that of its package; null of an administrator. */
    packageId: string | null;
  };

/** Facts of signing in that both kinds keep in columns of the same names. */
export type AccountChange = Partial<
  Pick<
    AdministratorRow,
    | 'name'
    | 'passwordHash'
    | 'activationExpiresAt'
    | 'activationHash'
    | 'activationMakers'
    | 'require2fa'
    | 'require2faFrom'
    | 'twoFactor'
    | 'ipAllowlist'
    | 'seq'
    | 'fieldSeq'
  >
>;

export function administratorAccount(row: AdministratorRow): AccountRow {
  return { ...row, kind: 'administrator', ...OF_USERS_ALONE };
}

const OF_USERS_ALONE = { statusReason: null, suspendedUntil: null, closesAt: null, packageId: null };

/** @param roleId the role that the user's package gives */
export function userAccount(row: UserRow, roleId: string): AccountRow {
  return { ...row, kind: 'user', roleId, owner: false };
}

/**
 * Finds the present account with this address; null: there is none. Both tables are read, whoever it is: the time
 * taken reveals nothing of the kind.
 */
export async function findAccountByEmailKey(tx: Queryable, emailKey: string): Promise<AccountRow | null> {
  const [person, [user]] = await Promise.all([
    findByEmailKey(tx, emailKey),
    usersWith(tx).where(and(eq(users.emailKey, emailKey), isNull(users.deletedAt)))
  ]);
  if (person) return administratorAccount(person);
  return user ? userAccount(user.row, user.roleId) : null;
}

/** Somebody who is there; null: nobody. */
export async function findAccount(tx: Queryable, { kind, id }: AccountRef): Promise<AccountRow | null> {
  if (kind === 'user') {
    const [user] = await usersWith(tx).where(and(eq(users.id, id), isNull(users.deletedAt)));
    return user ? userAccount(user.row, user.roleId) : null;
  }
  const person = await findAdministrator(tx, id);
  return person && administratorAccount(person);
}

/** The same, those who are gone too. */
export async function findKnownAccount(tx: Queryable, { kind, id }: AccountRef): Promise<AccountRow | null> {
  if (kind === 'user') {
    const [user] = await usersWith(tx).where(eq(users.id, id));
    return user ? userAccount(user.row, user.roleId) : null;
  }
  const person = await findKnownAdministrator(tx, id);
  return person && administratorAccount(person);
}

/** Active accounts of either kind that have no second factor, as far as a date concerns them. */
export async function accountsToRemind(tx: Queryable, rules: DatedRules): Promise<AccountRow[]> {
  const isConcerned = or(isNotNull(users.require2faFrom), inArray(packages.roleId, [...rules.roleIds]));
  const [people, clients] = await Promise.all([
    administratorsToRemind(tx, rules),
    usersWith(tx).where(
      and(
        isNull(users.deletedAt),
        eq(users.status, 'active'),
        eq(users.twoFactor, false),
        rules.everybody ? undefined : isConcerned
      )
    )
  ]);
  return [...people.map(administratorAccount), ...clients.map(({ row, roleId }) => userAccount(row, roleId))];
}

/** Finds the present account with this id, of either kind; null: there is none. */
export async function findAccountById(tx: Queryable, id: string): Promise<AccountRow | null> {
  const kinds: readonly AccountKind[] = ['administrator', 'user'];
  const found = await Promise.all(kinds.map((kind) => findAccount(tx, { kind, id })));
  return found.find((each) => each !== null) ?? null;
}

/**
 * Locks somebody to be changed, those who are gone too; null: there is nobody. A user's package is held with it, so
 * that its role stays; in the one order of all transactions (services/write-path/lock-records).
 */
export async function lockAccount(
  tx: AuditedTransaction,
  { kind, id }: AccountRef
): Promise<AccountRow | null> {
  if (kind === 'administrator') {
    const person = (await lockAdministrators(tx, [{ id, mode: 'update' }])).get(id);
    return person ? administratorAccount(person) : null;
  }
  const user = (await lockUsers(tx, [{ id, mode: 'update' }])).get(id);
  const has = user && (await lockPackages(tx, [{ id: user.packageId, mode: 'share' }])).get(user.packageId);
  return user && has ? userAccount(user, has.roleId) : null;
}

export async function updateAccount(
  tx: AuditedTransaction,
  { kind, id }: AccountRef,
  change: AccountChange
): Promise<void> {
  await (kind === 'user' ? updateUser : updateAdministrator)(tx, id, change);
}

function usersWith(tx: Queryable) {
  return tx
    .select({ row: userColumns, roleId: packages.roleId })
    .from(users)
    .innerJoin(packages, eq(packages.id, users.packageId))
    .$dynamic();
}
