import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import type { AccountKind } from '../../../core/sign-in/account';
import type { SignInStep } from '../../../core/sign-in/sign-in-step';
import { keepSession, stepUp, type Aal, type LiveSession } from '../../auth/sessions';
import { lockAccount, type AccountRow } from '../../db/tables/accounts-table';
import { notifyAuthority } from '../../db/driver/notify';
import { readRoles } from '../../db/tables/roles-table';
import { lockSession } from '../../db/tables/sessions-table';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { record, type AffectedRecord } from '../write-path/audit';
import { auditActor } from '../write-path/audit-actor';
import { accountOfSession, type Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { sendNotices, type Notice } from '../write-path/notices';
import { voidSecret } from '../credentials/activation-makers';
import type { RefusalOr } from '../write-path/refusal-or';
import { readSection } from '../stored-settings/read-section';
import { mustBeScoped } from '../write-path/scope';
import { mayComeFrom, stepOf } from '../write-path/session-policy';
import { endOfVoidSecret } from './void-secret';

/** Somebody's own account and session, both locked until the transaction ends. */
export type OwnSession = {
  tx: AuditedTransaction;
  person: AccountRow;
  live: LiveSession;
  step: SignInStep;
  /** Records an event of this person. */
  record(event: AuditEvent, affects?: readonly AffectedRecord[]): Promise<unknown>;
  sendNotices(notices: readonly Notice[]): Promise<void>;
};

/** Result of a step: a cookie in place of the one before, and the step that is left to do. */
export type Stepped = { token: string; next: SignInStep };

/**
 * Runs `work` on the caller's own account, when the session is at one of these steps. Credentials travel here:
 * there is no operation id, since an answer that holds a secret is never stored.
 */
export async function inOwnSession<T>(
  deps: Deps,
  caller: Caller,
  steps: readonly SignInStep[],
  work: (own: OwnSession) => Promise<RefusalOr<T>>
): Promise<RefusalOr<T>> {
  const { session, request } = caller;
  mustBeScoped(deps, caller);
  if (!session) return { refused: { code: 'auth/signed-out' } };
  if (session.visit) return { refused: { code: 'access/signed-in-as' } };
  return auditedTransaction(deps.db, async (tx): Promise<RefusalOr<T>> => {
    const person = await lockAccount(tx, accountOfSession(session));
    const live = await lockLive(tx, session);
    if (!person || !live || !mayComeFrom(live.person.ipAllowlist, request.ip))
      return { refused: { code: 'auth/signed-out' } };
    // Whoever began to sign in with it goes no further: the account may do more by now than whoever made the secret.
    const why = await voidSecret(deps, tx, person);
    if (why) {
      await endOfVoidSecret(tx, { person, why, live, request });
      return { refused: { code: 'auth/signed-out' } };
    }
    const step = stepOf(live, live.role);
    if (!steps.includes(step)) return { refused: { code: 'auth/step-required', next: step } };
    const actor: AuditActor = auditActor(person, session.sid, live.session.aal);
    return work({
      tx,
      person,
      live,
      step,
      record: (event, affects = []) => record(tx, { actor, request }, event, affects),
      sendNotices: (notices) => sendNotices(tx, notices)
    });
  });
}

/** Ends a step: another secret for the session, and what is left to do now. */
export async function finishStep(
  { tx, live }: Pick<OwnSession, 'tx' | 'live'>,
  change: { aal?: Aal; proved?: boolean }
): Promise<Stepped> {
  const { sid } = live.session;
  const token = await stepUp(tx, sid, change);
  const now = await lockLive(tx, { sid, kind: live.person.kind });
  if (!now) throw new Error('a session ended inside its own transaction');
  const next = stepOf(now, now.role);
  // While steps are left a session is short; from here on it has the life of any other.
  if (next === 'ready') await keepSession(tx, sid, await readSection(tx, 'sessions'));
  await notifyAuthority(tx, [`session:${sid}`]);
  return { token, next };
}

async function lockLive(
  tx: AuditedTransaction,
  session: { sid: string; kind: AccountKind }
): Promise<LiveSession | null> {
  const standing = await lockSession(tx, session);
  const [role] = standing ? await readRoles(tx, [standing.person.roleId]) : [];
  return standing && role ? { ...standing, role } : null;
}
