import type { Refusal } from '../../../core/access/refusal';
import { clearPasswordTries, mayTryPassword, passwordTries } from '../../auth/attempts';
import { HashQueueFull } from '../../auth/hash-queue';
import { isPassword, pretendToCompare } from '../../auth/password-hash';
import type { AccountRow } from '../../db/tables/accounts-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { sendNotices } from '../write-path/notices';
import { unscoped } from '../write-path/scope';
import { notifyOfFlood } from './flood-notice';
import { knownDeviceOf } from './known-device';

const MANY_FAILURES = 5;

export type PasswordCheck =
  | { refused: Refusal }
  | {
      right: boolean;
      /** Hash of the device, when this person signed in from it before. */ knownDevice: Buffer | null;
    };

/**
 * Compares a password with an account's, counted and slowed down. Takes the same time whether the account
 * exists, and whether it has a password at all.
 */
export async function checkPassword(
  deps: Deps,
  caller: Caller,
  attempt: { emailKey: string; person: AccountRow | null; password: string }
): Promise<PasswordCheck> {
  const { emailKey, person, password } = attempt;
  const knownDevice = await knownDeviceOf(deps.db, caller, person?.id);
  const { ip } = caller.request;
  const leave = await mayTryPassword(unscoped(deps).db, emailKey, ip, knownDevice);
  if (leave.refused) {
    if (leave.byAll) await notifyOfFlood(unscoped(deps));
    return { refused: leave.refused };
  }
  try {
    const stored = person?.passwordHash ?? null;
    if (stored === null) await pretendToCompare(password, leave.goesFirst);
    const right = stored !== null && (await isPassword(stored, password, leave.goesFirst));
    return { right, knownDevice };
  } catch (error) {
    if (error instanceof HashQueueFull) return { refused: { code: 'busy', retryAfter: 2 } };
    throw error;
  }
}

/** The password was right: earlier failures are forgotten, and told when there were many. */
export async function forgetFailures(
  tx: AuditedTransaction,
  person: AccountRow,
  check: { knownDevice: Buffer | null }
): Promise<void> {
  const failures = await passwordTries(tx, person.emailKey);
  if (failures > MANY_FAILURES)
    await sendNotices(tx, [
      { to: person, kind: 'sign-in-after-failures', data: { failures: String(failures - 1) } }
    ]);
  await clearPasswordTries(tx, person.emailKey, check.knownDevice);
}
