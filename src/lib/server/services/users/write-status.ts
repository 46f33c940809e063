import type { UserStatus } from '../../../core/users/user-status';
import { notifyAuthority } from '../../db/driver/notify';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { readPackages } from '../../db/tables/packages-table';
import { deleteNamesOfUser, readSendingNames } from '../../db/tables/sending-names-table';
import { updateUser, type UserRow } from '../../db/tables/users-table';
import { eraseSignIn, NO_SIGN_IN } from '../credentials/erase-sign-in';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import { statusStamp } from '../write-path/status-stamp';
import { userTarget } from '../write-path/tenant-records';
import { eraseUser } from './erase-user';

const BY = { actor: SYSTEM, request: systemRequest('housekeeping') };

export type StatusFields = Pick<UserRow, 'status' | 'statusReason' | 'suspendedUntil' | 'closesAt'>;

/** Status fields of a row whose user may act. */
export const ACTIVE: StatusFields & Pick<UserRow, 'statusSince' | 'statusBy'> = {
  ...{ status: 'active', statusReason: null, suspendedUntil: null, closesAt: null },
  ...{ statusSince: null, statusBy: null }
};

/**
 * Writes what time did to a locked user, as the system: a suspension is over, or a closing, which erases what is
 * personal (TEN-7).
 */
export async function writeEnd(
  tx: AuditedTransaction,
  row: UserRow,
  status: Extract<UserStatus, 'active' | 'closed'>,
  at: Date
): Promise<UserRow> {
  const [has] = await readPackages(tx, [row.packageId]);
  const fields: Partial<UserRow> =
    status === 'active'
      ? ACTIVE
      : {
          ...{ status, statusReason: null, statusSince: at, statusBy: SYSTEM.name },
          ...{ email: '', emailKey: '', ipAllowlist: [], timeZone: null, deletedAt: at },
          ...NO_SIGN_IN
        };
  const change = { ...fields, ...statusStamp(row, SYSTEM.name!) };
  if (status === 'closed') {
    const names = await readSendingNames(tx, row.id, 'user');
    await deleteNamesOfUser(tx, row.id);
    await eraseSignIn(tx, row);
    await updateUser(tx, row.id, { ...change, brand: null });
    await eraseUser(tx, row, names);
  } else await updateUser(tx, row.id, change);
  await record(
    tx,
    BY,
    {
      action: status === 'closed' ? 'user.closed' : 'user.reactivated',
      target: userTarget(row),
      outcome: 'success',
      change: [{ path: 'status', old: row.status, new: status }]
    },
    [`user:${row.id}`, `package:${row.packageId}`, ...(has ? [`members:${has.roleId}` as const] : [])]
  );
  await notifyAuthority(tx, [`user:${row.id}`]);
  return { ...row, ...change };
}
