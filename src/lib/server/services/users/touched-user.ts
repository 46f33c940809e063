import { barredFromTenant } from '../../../core/packages/packages';
import type { Refusal } from '../../../core/access/refusal';
import { isClosed } from '../../../core/users/change-status';
import type { StoredStatus } from '../../../core/users/user-status';
import type { UserRow } from '../../db/tables/users-table';
import type { Decision } from '../write-path/mutation';
import { touchedPackage, type TouchedPackage } from '../write-path/tenant-records';

/** A user that a decision locked, whom whoever asks may change. */
export type TouchedUser = { row: UserRow; has: TouchedPackage };

/** Fields of a row that decide its status. */
export function storedStatus(row: UserRow): StoredStatus {
  return {
    status: row.status,
    suspendedUntil: row.suspendedUntil?.getTime() ?? null,
    closesAt: row.closesAt?.getTime() ?? null
  };
}

/** The user of this id, or why whoever asks may not change them (ACC-2). A closed account is not there any more. */
export async function touchedUser(
  context: Decision,
  id: string
): Promise<TouchedUser | { refused: Refusal }> {
  const row = context.users.get(id);
  if (!row || row.deletedAt !== null || isClosed(storedStatus(row), Date.now()))
    return { refused: { code: 'not-found', what: 'user' } };
  const has = await touchedPackage(context, row.packageId);
  if ('refused' in has) return has;
  const refused = barredFromTenant(context.actor, has.effective);
  return refused ? { refused } : { row, has };
}
