import { setTimeout as sleep } from 'node:timers/promises';
import { emailKey } from '../../../core/text/names';
import type { SecretVoid } from '../../../core/administrators/activation';
import { accountGate } from '../../../core/users/account-gate';
import type { SignInStep } from '../../../core/sign-in/sign-in-step';
import { areManyTries, noteFailure } from '../../auth/attempts';
import { isUnderPolicy, hashPassword } from '../../auth/password-hash';
import { beginSession, endSession } from '../../auth/sessions';
import {
  findAccountByEmailKey,
  lockAccount,
  updateAccount,
  type AccountRow
} from '../../db/tables/accounts-table';
import { readRoles } from '../../db/tables/roles-table';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { accountRecord } from '../write-path/account-record';
import { ANONYMOUS, record } from '../write-path/audit';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { voidSecret } from '../credentials/activation-makers';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { mayComeFrom, stepFor } from '../write-path/session-policy';
import { checkPassword, forgetFailures } from './check-password';
import { completeSignIn } from './complete-sign-in';
import { countRefusedTry } from './refused-tries';
import { notifyOfVoidSecret, VOID_SECRET } from './void-secret';

/** Least time that recording a wrong try takes while many are made, in milliseconds. */
const SLOWED_MS = 250;

export type SignedIn = { token: string; personId: string; device: string | null; next: SignInStep };

/** Reason a person may not come in with the right password; null when they may. */
function barredBecause(person: AccountRow, ip: string | null): string | null {
  if (accountGate(person, Date.now()) === 'barred') return 'suspended';
  if (!mayComeFrom(person.ipAllowlist, ip)) return 'address';
  if (person.activationExpiresAt !== null && person.activationExpiresAt.getTime() < Date.now())
    return 'expired';
  return null;
}

/**
 * Signs somebody in, or as far as the password goes. Whether the account is unknown, suspended, not welcome from
 * this address, or the password wrong, the answer and the time it takes are the same; the log says which it
 * was.
 * In one piece: the order of its steps is what keeps all answers alike.
 */
export async function signIn(
  deps: Deps,
  caller: Caller,
  input: { email: string; password: string }
): Promise<RefusalOr<SignedIn>> {
  const { db } = deps;
  const key = emailKey(input.email);
  const { request } = caller;
  const person = await findAccountByEmailKey(db, key);
  // Beside the comparison, which takes longer: how long the answer takes says nothing of the secret.
  const [check, why] = await Promise.all([
    checkPassword(deps, caller, { emailKey: key, person, password: input.password }),
    person && voidSecret(deps, db, person)
  ]);
  if ('refused' in check) {
    if (check.refused.code !== 'busy')
      await failed(check.refused.code === 'auth/locked' ? 'locked' : 'throttled');
    return check;
  }
  const reason = !person
    ? 'unknown-account'
    : !check.right
      ? 'wrong-password'
      : (barredBecause(person, request.ip) ?? (why && VOID_SECRET));
  if (!person || reason !== null) {
    await noteFailure(db, request.ip);
    await failed(reason ?? 'unknown-account', person, reason === VOID_SECRET ? why : null);
    return { refused: { code: 'auth/wrong-credentials' } };
  }

  const settings = await readSection(db, 'sessions');
  // Hashed before the transaction, in which people are locked.
  const rehashed = isUnderPolicy(person.passwordHash!) ? await hashPassword(input.password) : null;
  const signedIn = await auditedTransaction(db, async (tx): Promise<SignedIn | null> => {
    // Held until the end: of many who sign in at once none overlooks another's session.
    const present = await lockAccount(tx, person);
    // Changed while the password was compared: as if it had been wrong.
    if (!present || present.passwordHash !== person.passwordHash || barredBecause(present, request.ip))
      return null;
    if (await voidSecret(deps, tx, present)) return null;
    if (rehashed !== null) await updateAccount(tx, person, { passwordHash: rehashed });
    const replaced = caller.session && (await endSession(tx, caller.session.sid)) ? caller.session.sid : null;
    const [role] = await readRoles(tx, [present.roleId]);
    const next = stepFor(present, { role, platform2fa: await readSection(tx, 'twoFactor'), aal: 1 });
    const begun = await beginSession(tx, {
      account: person,
      aal: 1,
      ip: request.ip,
      userAgent: request.userAgent,
      life: settings,
      pending: next !== 'ready'
    });
    await forgetFailures(tx, present, check);
    const device = await completeSignIn(tx, caller, {
      person: present,
      sid: begun.sid,
      factor: present.activationExpiresAt === null ? 'password' : 'activation-secret',
      next,
      replaced,
      affects: [accountRecord(person)]
    });
    return { token: begun.token, personId: person.id, device, next };
  });
  return signedIn ? { answer: signedIn } : { refused: { code: 'auth/wrong-credentials' } };

  /** Writes what failed. Refused tries, and many at accounts that do not exist, are counted instead. */
  async function failed(
    because: string,
    who: AccountRow | null = null,
    why: SecretVoid | null = null
  ): Promise<void> {
    const by = { actor: ANONYMOUS, request, email: input.email.slice(0, 254).toWellFormed() };
    const target = { type: 'account', id: who?.id ?? 'unknown', name: who?.name ?? null };
    const write = async (tx: AuditedTransaction) => {
      await record(tx, by, { action: 'auth.sign_in_failed', target, outcome: 'denied', reason: because }, []);
      if (who && why) await notifyOfVoidSecret(tx, who, why);
    };
    if (because === 'throttled' || because === 'locked') return countRefusedTry(deps, request.ip, write);
    if (!(await areManyTries(db))) return auditedTransaction(db, write);
    // Counting is quicker than writing an entry: how long the answer takes must not tell which it was.
    const counted = because === 'unknown-account';
    await Promise.all([
      sleep(SLOWED_MS),
      counted ? countRefusedTry(deps, request.ip, write) : auditedTransaction(db, write)
    ]);
  }
}
