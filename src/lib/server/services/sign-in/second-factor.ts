import { clearCodeTries, mayTryCode } from '../../auth/attempts';
import type { Keyring } from '../../auth/keyring';
import { recoveryCodeHash } from '../../auth/recovery-codes';
import { matchTotp } from '../../auth/totp';
import { touchLastActive } from '../../db/administrators-table';
import { findTotp, useRecoveryCode, useStep } from '../../db/totp-table';
import type { AuditedTransaction } from '../../db/transaction';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import type { RefusalOr } from '../refusal-or';
import { finishStep, inOwnSession, type OwnSession, type Stepped } from './own-session';
import { welcomeDevice } from './welcome-device';

/** What seeds are sealed for (auth/keyring). */
export const TOTP_PURPOSE = 'totp/v1';

export type Factor = 'totp' | 'recovery-code';

/** The second step of a sign-in: a code of the app, or one of the recovery codes. */
export async function passSecondFactor(
  deps: Deps,
  caller: Caller,
  code: string
): Promise<RefusalOr<Stepped & { device: string | null }>> {
  const refused = caller.session && (await mayTryCode(deps.db, caller.session.personId));
  if (refused) return { refused };
  return inOwnSession<Stepped & { device: string | null }>(deps, caller, ['totp'], async (own) => {
    const { tx, person, live } = own;
    const target = { type: 'session', id: live.session.sid, name: null };
    const factor = await spendCode(deps.keyring, tx, person.id, code);
    if (!factor) {
      await own.record({
        action: 'auth.second_factor_failed',
        target,
        outcome: 'denied',
        reason: 'wrong-code'
      });
      return { refused: { code: 'auth/wrong-code' } };
    }
    await clearCodeTries(tx, person.id);
    const stepped = await finishStep(own, { aal: 2, proved: true });
    await touchLastActive(tx, person.id);
    const device = await welcomeDevice(tx, caller, person);
    const change = [{ path: 'factor', old: null, new: `password+${factor}` }];
    await own.record({ action: 'auth.sign_in', target, outcome: 'success', change }, [`person:${person.id}`]);
    await tellOfRecoveryCode(own, factor);
    return { answer: { ...stepped, device } };
  });
}

/** Uses up a code: of many who give the same one at once, one succeeds. Null when it is not good. */
export async function spendCode(
  keyring: Keyring,
  tx: AuditedTransaction,
  administratorId: string,
  code: string
): Promise<Factor | null> {
  const found = await findTotp(tx, administratorId);
  if (!found?.secret) return null;
  const secret = keyring.open(TOTP_PURPOSE, administratorId, found.secret);
  const step = await matchTotp(secret, code, Date.now() / 1000, found.lastStep);
  if (step !== null) return (await useStep(tx, administratorId, step)) ? 'totp' : null;
  const hash = recoveryCodeHash(code);
  return hash && (await useRecoveryCode(tx, administratorId, hash)) ? 'recovery-code' : null;
}

/** A recovery code is gone once it is used: its person should know who used it. */
export async function tellOfRecoveryCode(own: OwnSession, factor: Factor): Promise<void> {
  if (factor === 'recovery-code')
    await own.tell([{ to: own.person, kind: 'recovery-code-used', data: { ip: own.live.session.ip } }]);
}
