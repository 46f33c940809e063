import { accountOf } from '../../../core/quotas/layers';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { beginErasure } from '../../db/log/erasures-table';
import { eraseAnswersAbout } from '../../db/tables/operations-table';
import { forgetPausesOf } from '../../db/tables/pauses-table';
import { forgetRaisesOf } from '../../db/tables/raises-table';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import { userTarget } from '../write-path/tenant-records';

/**
 * Erases what is kept of a user whose account is gone, besides its row (TEN-7, LOG-7): what the log keeps apart as
 * personal data, which begins now and takes its time, what answers of earlier questions say, and why their sending
 * was paused or raised. Entries stay, with id and name.
 */
export async function eraseUser(
  tx: AuditedTransaction,
  user: { id: string; name: string; email: string },
  sendingNames: readonly { name: string }[]
): Promise<void> {
  const by = { actor: SYSTEM, request: systemRequest('erasure') };
  const event = { action: 'audit.erase', target: userTarget(user), outcome: 'success' } as const;
  const entry = await record(tx, by, event, ['feed:all']);
  const logins = [user.email, ...sendingNames.map(({ name }) => name)];
  await beginErasure(
    tx,
    entry,
    logins.filter((login) => login.includes('@'))
  );
  await eraseAnswersAbout(tx, user.id);
  const subject = accountOf({ type: 'user', id: user.id });
  await forgetPausesOf(tx, subject);
  await forgetRaisesOf(tx, subject);
}
