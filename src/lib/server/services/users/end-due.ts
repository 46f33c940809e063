import { statusAt } from '../../../core/users/user-status';
import {
  auditedTransaction,
  DatabaseUnavailable,
  type AuditedTransaction
} from '../../db/driver/transaction';
import { bothClocks, lockUsers, usersDue } from '../../db/tables/users-table';
import type { Deps } from '../write-path/deps';
import { storedStatus } from './touched-user';
import { writeEnd } from './write-status';

const AT_ONCE = 100;

/**
 * Writes what time did: a suspension whose end has passed is over, a closing that is over closes the account and
 * erases what is personal (TEN-7). It is over by the clock of the database and by this process's: what is erased
 * because one clock was wrong never comes back. One that fails keeps no other from its end.
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
  const { earlier } = await bothClocks(tx, now);
  const status = statusAt(storedStatus(row), earlier.getTime());
  if (status === row.status || (status !== 'active' && status !== 'closed')) return false;
  await writeEnd(tx, row, status, earlier);
  return true;
}
