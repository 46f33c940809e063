import { forgetTries } from '../../auth/attempts';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { deleteKeysOf } from '../../db/tables/api-keys-table';
import { deleteDenialsOf } from '../../db/tables/denials-table';
import { deleteDevicesOf } from '../../db/tables/devices-table';
import { deleteLastActive } from '../../db/tables/last-active-table';
import { deleteMailsOf } from '../../db/tables/mails-table';
import { deleteNoticesOf } from '../../db/tables/notices-table';
import { deleteTotp } from '../../db/tables/totp-table';
import { endSessions } from './end-sessions';

/**
 * Takes away what a user signed in with, called with and was told, whose record is locked and goes: nothing of it
 * opens anything again.
 */
export async function eraseSignIn(
  tx: AuditedTransaction,
  account: { id: string; emailKey: string }
): Promise<{ ended: string[] }> {
  const { id: accountId } = account;
  const ended = await endSessions(tx, accountId);
  await deleteKeysOf(tx, { userId: accountId });
  await deleteTotp(tx, accountId);
  await deleteDevicesOf(tx, accountId);
  await deleteMailsOf(tx, accountId);
  await deleteNoticesOf(tx, accountId);
  await deleteLastActive(tx, accountId);
  // What waits to be an entry would bring an address and a device into the log after they were erased there.
  await deleteDenialsOf(tx, accountId);
  await forgetTries(tx, account);
  return { ended };
}

/** Columns of a row whose account has nothing to sign in with. */
export const NO_SIGN_IN = {
  ...{ passwordHash: null, activationExpiresAt: null, activationHash: null, activationMakers: null },
  ...{ require2fa: false, require2faFrom: null, twoFactor: false }
};
