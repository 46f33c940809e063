import { accountGate } from '../../../core/users/account-gate';
import type { SignInStep } from '../../../core/sign-in/sign-in-step';
import { mayFailSetup } from '../../auth/attempts';
import { hashPassword } from '../../auth/password-hash';
import { beginSession } from '../../auth/sessions';
import { findAccountById, lockAccount, updateAccount, type AccountRow } from '../../db/tables/accounts-table';
import { readLastActive, touchLastActive } from '../../db/tables/last-active-table';
import { readRoles } from '../../db/tables/roles-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { accountRecord, accountTarget } from '../write-path/account-record';
import { ANONYMOUS, record } from '../write-path/audit';
import { auditActor } from '../write-path/audit-actor';
import { endSessions } from '../credentials/end-sessions';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { invitedPerson, isInvitation } from '../credentials/activation';
import { voidSecret } from '../credentials/activation-makers';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { mayComeFrom, stepFor } from '../write-path/session-policy';
import { newPasswordRefusal, passwordRules } from '../credentials/new-password';
import { completeSignIn } from './complete-sign-in';
import { notifyOfVoidSecret, VOID_SECRET } from './void-secret';

/**
 * Whom an open invitation is for, and whether they have signed in before; refused when it was used, withdrawn, or its
 * time is over.
 */
export async function readInvitation(
  deps: Deps,
  caller: Caller,
  token: string
): Promise<RefusalOr<{ name: string; email: string; minLength: number; returning: boolean }>> {
  const person = await invited(deps, caller, token);
  if ('refused' in person) return person;
  const { name, email, twoFactor } = person.answer;
  const { minLength } = passwordRules(await readSection(deps.db, 'passwords'), twoFactor);
  // Whoever was here before is not welcomed: their password was reset.
  const returning = (await readLastActive(deps.db, [person.answer.id])).has(person.answer.id);
  return { answer: { name, email, minLength, returning } };
}

/**
 * Uses an invitation, once: sets the password and signs its person in as far as that goes.
 * In one piece: one transaction, whose steps hold only together.
 */
export async function acceptInvitation(
  deps: Deps,
  caller: Caller,
  input: { token: string; password: string }
): Promise<RefusalOr<{ token: string; personId: string; device: string | null; next: SignInStep }>> {
  const found = await invited(deps, caller, input.token);
  if ('refused' in found) return found;
  const person = found.answer;
  const rules = passwordRules(await readSection(deps.db, 'passwords'), person.twoFactor);
  const refused = await newPasswordRefusal(input.password, person, rules);
  if (refused) return { refused };
  const passwordHash = await hashPassword(input.password);
  const { request } = caller;

  return auditedTransaction(
    deps.db,
    async (
      tx
    ): Promise<RefusalOr<{ token: string; personId: string; device: string | null; next: SignInStep }>> => {
      const locked = await lockAccount(tx, person);
      if (!locked || !isOpen(locked, input.token, request.ip))
        return { refused: { code: 'auth/invitation' } };
      if (await voidSecret(deps, tx, locked)) return { refused: { code: 'auth/invitation' } };
      const activated = { ...locked, passwordHash, activationExpiresAt: null, activationHash: null };
      const { activationExpiresAt, activationHash } = activated;
      await updateAccount(tx, person, {
        passwordHash,
        activationExpiresAt,
        activationHash,
        activationMakers: null,
        seq: locked.seq + 1
      });
      await endSessions(tx, person.id);
      const [role] = await readRoles(tx, [locked.roleId]);
      const platform2fa = await readSection(tx, 'twoFactor');
      const next = stepFor(activated, { role, platform2fa, aal: 1 });
      const begun = await beginSession(tx, {
        account: person,
        aal: 1,
        ip: request.ip,
        userAgent: request.userAgent,
        life: await readSection(tx, 'sessions'),
        pending: next !== 'ready'
      });
      await record(
        tx,
        { actor: auditActor(person, begun.sid, 1), request },
        {
          action: 'auth.invitation_accepted',
          target: accountTarget(person),
          outcome: 'success'
        },
        [accountRecord(person)]
      );
      // Taking the invitation is a thing done here, with a second factor to come, too.
      if (next === 'totp') await touchLastActive(tx, person);
      const device = await completeSignIn(tx, caller, {
        person,
        sid: begun.sid,
        factor: 'invitation',
        next
      });
      return { answer: { token: begun.token, personId: person.id, device, next } };
    }
  );
}

async function invited(deps: Deps, caller: Caller, token: string): Promise<RefusalOr<AccountRow>> {
  const id = invitedPerson(token);
  const person = id === null ? null : await findAccountById(deps.db, id);
  const open = person !== null && isOpen(person, token, caller.request.ip);
  const why = open ? await voidSecret(deps, deps.db, person) : null;
  if (open && why === null) return { answer: person };
  const wait = await mayFailSetup(deps.db, caller.request.ip);
  if (wait !== null) return { refused: { code: 'auth/throttled', retryAfter: wait } };
  const target = { type: 'account', id: person?.id ?? 'unknown', name: person?.name ?? null };
  const reason = why === null ? 'auth/invitation' : VOID_SECRET;
  await auditedTransaction(deps.db, async (tx) => {
    const by = { actor: ANONYMOUS, request: caller.request };
    await record(tx, by, { action: 'auth.invitation_refused', target, outcome: 'denied', reason }, []);
    if (person && why) await notifyOfVoidSecret(tx, person, why);
  });
  return { refused: { code: 'auth/invitation' } };
}

function isOpen(person: AccountRow, token: string, ip: string | null): boolean {
  return (
    person.activationHash !== null &&
    person.activationExpiresAt !== null &&
    person.activationExpiresAt.getTime() > Date.now() &&
    accountGate(person, Date.now()) !== 'barred' &&
    mayComeFrom(person.ipAllowlist, ip) &&
    isInvitation(token, person.activationHash)
  );
}
