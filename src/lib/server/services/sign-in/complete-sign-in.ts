import type { SignInStep } from '../../../core/sign-in/sign-in-step';
import type { AccountRef } from '../../../core/sign-in/account';
import { touchLastActive } from '../../db/tables/last-active-table';
import { notifyAuthority } from '../../db/driver/notify';
import { evictSessions } from '../../db/tables/sessions-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { record, type AffectedRecord } from '../write-path/audit';
import { auditActor } from '../write-path/audit-actor';
import type { Caller } from '../write-path/caller';
import { MOST_SESSIONS } from './most-sessions';
import { welcomeDevice } from './remember-device';

/** Proofs of who somebody is, as the log names them. */
export type SignInFactor =
  | 'password'
  | 'activation-secret'
  | 'invitation'
  | 'setup-token'
  | 'password+totp'
  | 'password+recovery-code';

export type ProvedSignIn = {
  person: AccountRef & { name: string; email: string };
  /** Its session, begun or raised by the proof in the same transaction. */
  sid: string;
  factor: SignInFactor;
  /** Step that is left to do: while a second factor is to come it is no sign-in yet. */
  next: SignInStep;
  /** The session this browser had before and which has just been deleted; null: none. */
  replaced?: string | null;
  /** Projections to renew; none where an event before this one names them. */
  affects?: readonly AffectedRecord[];
  /** The operation it belongs to. */
  op?: string;
};

/**
 * The end of every sign-in, whatever it was proved with: the entry in the log, the device, the last activity, and
 * the sessions that go for it. The person's record is locked by the caller, so that of many who sign in at once
 * none overlooks another's session.
 * @returns the cookie to give a device that has none; null when it has one, or a second factor is still to come
 */
export async function completeSignIn(
  tx: AuditedTransaction,
  caller: Caller,
  { person, sid, factor, next, replaced = null, affects = [], op }: ProvedSignIn
): Promise<string | null> {
  const isComplete = next !== 'totp';
  // A password alone must not end the sessions of somebody who has shown more.
  const evicted = await evictSessions(tx, person.id, MOST_SESSIONS, { except: sid, complete: !isComplete });
  let device: string | null = null;
  if (isComplete) {
    await touchLastActive(tx, person);
    device = await welcomeDevice(tx, caller, person, sid);
  }
  const by = { actor: auditActor(person, sid, 1), request: caller.request, op };
  const target = (id: string) => ({ type: 'session', id, name: null });
  const change = [{ path: 'factor', old: null, new: factor }];
  const action = isComplete ? 'auth.sign_in' : 'auth.password_accepted';
  await record(tx, by, { action, target: target(sid), outcome: 'success', change }, affects);
  const ended = [
    ...evicted.map((id) => ({ id, reason: 'too-many' })),
    ...(replaced === null ? [] : [{ id: replaced, reason: 'replaced' }])
  ];
  for (const { id, reason } of ended)
    await record(tx, by, { action: 'session.revoked', target: target(id), outcome: 'success', reason }, []);
  await notifyAuthority(
    tx,
    ended.map(({ id }) => `session:${id}` as const)
  );
  return device;
}
