import type { AuditedTransaction } from '../../db/driver/transaction';
import { erasePersonalData } from '../../db/log/retention-table';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import { userTarget } from '../write-path/tenant-records';

/** Erases what the log keeps apart as personal data of a user whose account is gone (TEN-7, LOG-7). Entries stay, with id and name. */
export async function eraseFromLog(
  tx: AuditedTransaction,
  user: { id: string; name: string; email: string }
): Promise<void> {
  const by = { actor: SYSTEM, request: systemRequest('erasure') };
  const event = { action: 'audit.erase', target: userTarget(user), outcome: 'success' } as const;
  const entry = await record(tx, by, event, ['feed:all']);
  await erasePersonalData(tx, entry, user.email === '' ? [] : [user.email]);
}
