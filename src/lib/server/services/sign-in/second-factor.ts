import { clearCodeTries, mayTryCode } from '../../auth/attempts';
import type { Keyring } from '../../auth/keyring';
import { recoveryCodeHash } from '../../auth/recovery-codes';
import { matchTotp } from '../../auth/totp';
import { findTotp, useRecoveryCode, useStep } from '../../db/tables/totp-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { accountRecord } from '../write-path/account-record';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { unscoped } from '../write-path/scope';
import { completeSignIn } from './complete-sign-in';
import { finishStep, inOwnSession, type OwnSession, type Stepped } from './own-session';
import { knownDeviceOf } from './known-device';

/** Purpose that seeds are sealed for (auth/keyring). */
export const TOTP_PURPOSE = 'totp/v1';

export type Factor = 'totp' | 'recovery-code';

/**
 * Result of checking a code: the factor it proves, or why it proves none. The reason `unreadable-secret` is for
 * the log alone.
 */
export type CodeCheck = { factor: Factor } | { factor: null; reason: 'wrong-code' | 'unreadable-secret' };

/** The second step of a sign-in: a code of the app, or one of the recovery codes. */
export async function passSecondFactor(
  deps: Deps,
  caller: Caller,
  code: string
): Promise<RefusalOr<Stepped & { device: string | null }>> {
  const { session } = caller;
  const device = session && (await knownDeviceOf(deps.db, caller, session.personId));
  // Counted at this step alone: a session that is past it has nothing to try here.
  const refused =
    session?.step === 'totp' ? await mayTryCode(unscoped(deps).db, session.personId, device) : null;
  if (refused) return { refused };
  return inOwnSession<Stepped & { device: string | null }>(deps, caller, ['totp'], async (own) => {
    const { tx, person, live } = own;
    const target = { type: 'session', id: live.session.sid, name: null };
    const check = await spendCode(deps.keyring, tx, person.id, code);
    const { factor } = check;
    if (!factor) {
      await own.record({
        action: 'auth.second_factor_failed',
        target,
        outcome: 'denied',
        reason: check.reason
      });
      return { refused: { code: 'auth/wrong-code' } };
    }
    await clearCodeTries(tx, person.id, device);
    const stepped = await finishStep(own, { aal: 2, proved: true });
    const cookie = await completeSignIn(tx, caller, {
      person,
      sid: live.session.sid,
      factor: `password+${factor}`,
      next: stepped.next,
      affects: [accountRecord(person)]
    });
    await notifyOfRecoveryCode(own, factor);
    return { answer: { ...stepped, device: cookie } };
  });
}

/** Uses up a code: of many who give the same one at once, one succeeds. */
export async function spendCode(
  keyring: Keyring,
  tx: AuditedTransaction,
  accountId: string,
  code: string
): Promise<CodeCheck> {
  const found = await findTotp(tx, accountId);
  if (!found?.secret) return { factor: null, reason: 'wrong-code' };
  const secret = openSecret(keyring, accountId, found.secret);
  const step = secret && (await matchTotp(secret, code, Date.now() / 1000, found.lastStep));
  if (step !== null && (await useStep(tx, accountId, step))) return { factor: 'totp' };
  const hash = recoveryCodeHash(code);
  if (hash && (await useRecoveryCode(tx, accountId, hash))) return { factor: 'recovery-code' };
  return { factor: null, reason: secret ? 'wrong-code' : 'unreadable-secret' };
}

/**
 * A seed as it was sealed for this person; null when it was not, or its key is gone: no code is good then, whoever
 * made the database say so, and only a recovery code or another administrator helps.
 */
export function openSecret(keyring: Keyring, accountId: string, sealed: Uint8Array): Uint8Array | null {
  try {
    return keyring.open(TOTP_PURPOSE, accountId, sealed);
  } catch (error) {
    // By its name: pages and program are built apart, and each has a copy of the class.
    if (error instanceof Error && error.name === 'SealBroken') return null;
    throw error;
  }
}

/** A recovery code is gone once it is used: its person should know who used it. */
export async function notifyOfRecoveryCode(own: OwnSession, factor: Factor): Promise<void> {
  if (factor === 'recovery-code')
    await own.sendNotices([
      { to: own.person, kind: 'recovery-code-used', data: { ip: own.live.session.ip } }
    ]);
}
