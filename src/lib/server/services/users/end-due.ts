import { statusAt } from '../../../core/users/user-status';
import { notifyAuthority } from '../../db/driver/notify';
import {
  auditedTransaction,
  DatabaseUnavailable,
  type AuditedTransaction
} from '../../db/driver/transaction';
import { readPackages } from '../../db/tables/packages-table';
import { deleteNamesOfUser } from '../../db/tables/sending-names-table';
import { bothClocks, lockUsers, updateUser, usersDue, type UserRow } from '../../db/tables/users-table';
import { eraseSignIn, NO_SIGN_IN } from '../credentials/erase-sign-in';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { userTarget } from '../write-path/tenant-records';
import { eraseFromLog } from './erase-from-log';
import { storedStatus } from './touched-user';
import { ACTIVE } from './user-status';

const AT_ONCE = 100;
const BY = { actor: SYSTEM, request: systemRequest('housekeeping') };

/**
 * Writes what time did: a suspension whose end has passed is over, a closing that is over closes the account and erases what is personal
 * (TEN-7). It is over by the clock of the database and by this process's: what is erased because one clock was wrong never comes back.
 * One that fails keeps no other from its end.
 * @returns how many were written
 */
export async function endDue(deps: Deps, now = new Date()): Promise<number> {
  let ended = 0;
  for (const id of await usersDue(deps.db, now, AT_ONCE))
    try {
      if (await auditedTransaction(deps.db, (tx) => endOne(tx, id, now))) ended += 1;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      deps.log.error({ err: error, user: id }, 'the end of a suspension or a closing could not be written');
    }
  return ended;
}

/** Two processes at once: the second one finds it done. */
async function endOne(tx: AuditedTransaction, id: string, now: Date): Promise<boolean> {
  const row = (await lockUsers(tx, [{ id, mode: 'update' }])).get(id);
  if (!row || row.deletedAt !== null) return false;
  const [has] = await readPackages(tx, [row.packageId]);
  const { earlier } = await bothClocks(tx, now);
  const status = statusAt(storedStatus(row), earlier.getTime());
  if (status === row.status) return false;
  if (status === 'closed') await close(tx, row, earlier);
  else await updateUser(tx, id, { ...ACTIVE, seq: row.seq + 1 });
  await record(
    tx,
    BY,
    {
      action: status === 'closed' ? 'user.closed' : 'user.reactivated',
      target: userTarget(row),
      outcome: 'success',
      change: [{ path: 'status', old: row.status, new: status }]
    },
    [`user:${id}`, `package:${row.packageId}`, ...(has ? [`members:${has.roleId}` as const] : [])]
  );
  await notifyAuthority(tx, [`user:${id}`]);
  return true;
}

async function close(tx: AuditedTransaction, row: UserRow, at: Date): Promise<void> {
  await deleteNamesOfUser(tx, row.id);
  await eraseSignIn(tx, row.id);
  await updateUser(tx, row.id, {
    ...{ status: 'closed', statusReason: null, statusSince: at, statusBy: SYSTEM.name },
    ...{ email: '', emailKey: '', ipAllowlist: [], timeZone: null, deletedAt: at, seq: row.seq + 1 },
    ...NO_SIGN_IN
  });
  await eraseFromLog(tx, row);
}
