import { clearCodeTries, mayTryCode } from '../../auth/attempts';
import { findAccount } from '../../db/tables/accounts-table';
import { accountOfSession, type Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { unscoped } from '../write-path/scope';
import { checkPassword, forgetFailures } from './check-password';
import { finishStep, inOwnSession, type Stepped } from './own-session';
import { spendCode, notifyOfRecoveryCode } from './second-factor';

/**
 * Proves the password anew, with a code where a second factor is enrolled, for the sensitive steps that follow
 * (AUT-4, A-15).
 */
export async function reauthenticate(
  deps: Deps,
  caller: Caller,
  input: { password: string; code?: string | undefined }
): Promise<RefusalOr<Stepped>> {
  const person = caller.session && (await findAccount(deps.db, accountOfSession(caller.session)));
  if (!person) return { refused: { code: 'auth/signed-out' } };
  if (person.twoFactor && input.code === undefined)
    return {
      refused: { code: 'input/invalid', field: 'code', message: 'Enter a code from your authenticator app.' }
    };
  const check = await checkPassword(deps, caller, {
    emailKey: person.emailKey,
    person,
    password: input.password
  });
  if ('refused' in check) return check;
  const slow =
    check.right && person.twoFactor
      ? await mayTryCode(unscoped(deps).db, person.id, check.knownDevice)
      : null;
  if (slow) return { refused: slow };

  return inOwnSession<Stepped>(deps, caller, ['ready'], async (own) => {
    const { tx, live } = own;
    const target = { type: 'session', id: live.session.sid, name: null };
    const denied = async (reason: string) =>
      own.record({ action: 'auth.reauthentication_failed', target, outcome: 'denied', reason });
    if (!check.right || own.person.passwordHash !== person.passwordHash) {
      await denied('wrong-password');
      return { refused: { code: 'auth/wrong-credentials' } };
    }
    const code = own.person.twoFactor ? await spendCode(deps.keyring, tx, person.id, input.code ?? '') : null;
    if (code?.factor === null) {
      await denied(code.reason);
      return { refused: { code: 'auth/wrong-code' } };
    }
    const factor = code?.factor;
    await forgetFailures(tx, own.person, check);
    if (factor) await clearCodeTries(tx, person.id, check.knownDevice);
    if (factor) await notifyOfRecoveryCode(own, factor);
    const stepped = await finishStep(own, { proved: true });
    const change = [{ path: 'factor', old: null, new: factor ? `password+${factor}` : 'password' }];
    await own.record({ action: 'auth.reauthenticated', target, outcome: 'success', change });
    return { answer: stepped };
  });
}
