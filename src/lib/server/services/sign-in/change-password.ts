import { requirePermission, type Actor } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import type { AuditEvent } from '../../../core/log/entry';
import { hashPassword, isPassword } from '../../auth/password-hash';
import { findAccount, updateAccount, type AccountRow } from '../../db/tables/accounts-table';
import { notifyAuthority } from '../../db/driver/notify';
import { findSession } from '../../db/tables/sessions-table';
import { endKeys, keysRevoked } from '../credentials/end-keys';
import { endSessions } from '../credentials/end-sessions';
import { accountRecord, accountTarget } from '../write-path/account-record';
import { actorOf } from '../write-path/authority';
import type { Caller } from '../write-path/caller';
import { deniedEvent } from '../write-path/denied-event';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { stepOf } from '../write-path/session-policy';
import { checkPassword, forgetFailures } from './check-password';
import { newPasswordRefusal, passwordRules } from '../credentials/new-password';
import { finishStep, inOwnSession, type Stepped } from './own-session';

/**
 * Sets one's own password: after an activation secret without asking for it again (it was just given), else against the
 * present one. Every other session of the person ends, and their keys, unless they say that those stay.
 */
export async function changePassword(
  deps: Deps,
  caller: Caller,
  input: { password: string; current?: string | undefined; keepKeys?: boolean | undefined }
): Promise<RefusalOr<Stepped>> {
  const live = caller.session && (await findSession(deps.db, caller.session.sid));
  const person = live && (await findAccount(deps.db, live.person));
  const actor = live && (await actorOf(deps, live.person));
  if (!live || !person || !actor) return { refused: { code: 'auth/signed-out' } };
  const step = stepOf(live, live.role);
  if (step !== 'ready' && step !== 'change-password')
    return { refused: { code: 'auth/step-required', next: step } };

  // Its time counts to the end of the sign-in, not to its beginning.
  if (person.activationExpiresAt !== null && person.activationExpiresAt.getTime() < Date.now())
    return { refused: { code: 'auth/signed-out' } };

  if (step === 'ready') {
    const refused = await judgeCurrent(deps, caller, { person, actor, current: input.current });
    if (refused) return { refused };
  }

  const refused = await judgeNew(deps, person, input.password);
  if (refused) return { refused };
  const passwordHash = await hashPassword(input.password);

  return inOwnSession<Stepped>(deps, caller, [step], async (own) => {
    const { tx } = own;
    if (own.person.passwordHash !== person.passwordHash) return { refused: { code: 'auth/signed-out' } };
    await updateAccount(tx, person, {
      passwordHash,
      activationExpiresAt: null,
      activationHash: null,
      activationMakers: null,
      seq: own.person.seq + 1
    });
    const ended = await endSessions(tx, person.id, { except: live.session.sid });
    const keys = input.keepKeys ? [] : await endKeys(tx, person);
    // With a second factor a password alone proves too little for what is sensitive.
    const stepped = await finishStep(own, { proved: step !== 'ready' || !own.person.twoFactor });
    const target = accountTarget(person);
    await own.record(
      {
        action: 'auth.password_changed',
        target,
        outcome: 'success',
        reason: step === 'ready' ? undefined : 'activation',
        change: [{ path: 'sessionsEnded', old: null, new: ended.length }, ...keysRevoked(keys)]
      },
      [accountRecord(person)]
    );
    if (step === 'ready')
      await own.sendNotices([{ to: person, kind: 'password-changed', data: { ip: caller.request.ip } }]);
    await notifyAuthority(tx, [accountRecord(person)]);
    return { answer: stepped };
  });
}

type Current = { person: AccountRow; actor: Actor; current: string | undefined };

/**
 * Reason a person may not change their password, or that the present one is wrong; null: they may. A denial and a
 * wrong password are logged.
 */
async function judgeCurrent(
  deps: Deps,
  caller: Caller,
  { person, actor, current }: Current
): Promise<Refusal | null> {
  const target = accountTarget(person);
  const note = (event: AuditEvent) =>
    inOwnSession(deps, caller, ['ready'], async (own) => ({ answer: await own.record(event) }));
  const missing = requirePermission(actor, 'people.self.change_password');
  if (missing) {
    await note(deniedEvent('auth.changePassword', target, missing));
    return missing;
  }
  if (current === undefined)
    return { code: 'input/invalid', field: 'current', message: 'Enter your current password.' };
  const check = await checkPassword(deps, caller, { emailKey: person.emailKey, person, password: current });
  if ('refused' in check) return check.refused;
  if (!check.right) {
    await note({ action: 'auth.password_changed', target, outcome: 'denied', reason: 'wrong-password' });
    return { code: 'input/invalid', field: 'current', message: 'That isn’t your current password.' };
  }
  await inOwnSession(deps, caller, ['ready'], async ({ tx }) => ({
    answer: await forgetFailures(tx, person, check)
  }));
  return null;
}

/** Reason a person's new password will not do; null: it will. */
async function judgeNew(deps: Deps, person: AccountRow, password: string): Promise<Refusal | null> {
  const rules = passwordRules(await readSection(deps.db, 'passwords'), person.twoFactor);
  const refused = await newPasswordRefusal(password, person, rules);
  if (refused) return refused;
  // The activation secret was known to somebody else: it must not become the password.
  if (person.passwordHash !== null && (await isPassword(person.passwordHash, password)))
    return {
      code: 'input/invalid',
      field: 'password',
      message: 'Choose a password different from the current one.'
    };
  return null;
}
