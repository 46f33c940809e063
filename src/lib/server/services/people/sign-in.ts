import { emailKey } from '../../../core/names';
import { clearTries, mayTry } from '../../auth/attempts';
import { HashQueueFull, isPassword, pretendToCompare } from '../../auth/password-hash';
import { beginSession, endSession } from '../../auth/sessions';
import {
  findAdministrator,
  findByEmailKey,
  lockAdministrators,
  touchLastActive
} from '../../db/administrators-table';
import { notifyAuthority } from '../../db/notify';
import { evictSessions } from '../../db/sessions-table';
import { auditedTransaction } from '../../db/transaction';
import { ANONYMOUS, record, type Touch } from '../audit';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import type { RefusalOr } from '../refusal-or';
import { auditActor } from '../write-path';

const MOST_SESSIONS = 10;

export type SignedIn = { token: string; next: 'ready' };

/**
 * Signs somebody in. Whether the account is unknown, suspended, or the password wrong, the answer and the time it takes are
 * the same; the log says which it was.
 */
export async function signIn(
  deps: Deps,
  caller: Caller,
  input: { email: string; password: string }
): Promise<RefusalOr<SignedIn>> {
  const { db } = deps;
  const key = emailKey(input.email);
  const { request } = caller;
  const wait = await mayTry(db, key, request.ip);
  if (wait !== null) {
    await failed('throttled');
    return { refused: { code: 'auth/throttled', retryAfter: wait } };
  }
  const person = await findByEmailKey(db, key);
  try {
    if (!person) await pretendToCompare(input.password);
    const right = person !== null && (await isPassword(person.passwordHash, input.password));
    if (!right || person.status !== 'active') {
      await failed(
        !person ? 'unknown-account' : !right ? 'wrong-password' : 'suspended',
        person?.id,
        person?.name
      );
      return { refused: { code: 'auth/wrong-credentials' } };
    }
  } catch (error) {
    if (error instanceof HashQueueFull) return { refused: { code: 'busy', retryAfter: 2 } };
    throw error;
  }

  const token = await auditedTransaction(db, async (tx) => {
    // Held until the end: of many who sign in at once none overlooks another's session.
    const present = (await lockAdministrators(tx, [person.id])).get(person.id);
    // Changed while the password was compared: as if it had been wrong.
    if (!present || present.status !== 'active' || present.passwordHash !== person.passwordHash) return null;
    const replaced = caller.session && (await endSession(tx, caller.session.sid)) ? [caller.session.sid] : [];
    const evicted = await evictSessions(tx, person.id, MOST_SESSIONS - 1);
    const begun = await beginSession(tx, {
      administratorId: person.id,
      aal: 1,
      ip: request.ip,
      userAgent: request.userAgent
    });
    await touchLastActive(tx, person.id);
    await clearTries(tx, key);
    const by = { actor: auditActor(person, begun.sid, 1), request };
    const touches: Touch[] = [`person:${person.id}`];
    await record(
      tx,
      by,
      {
        action: 'auth.sign_in',
        target: { type: 'session', id: begun.sid, name: null },
        outcome: 'success',
        change: [{ path: 'factor', old: null, new: 'password' }]
      },
      touches
    );
    const ended = [
      ...evicted.map((sid) => ({ sid, reason: 'too-many' })),
      ...replaced.map((sid) => ({ sid, reason: 'replaced' }))
    ];
    for (const { sid, reason } of ended) {
      const target = { type: 'session', id: sid, name: null };
      await record(tx, by, { action: 'session.revoked', target, outcome: 'success', reason }, []);
    }
    await notifyAuthority(
      tx,
      ended.map(({ sid }) => `session:${sid}` as const)
    );
    return begun.token;
  });
  if (token === null) return { refused: { code: 'auth/wrong-credentials' } };
  return { answer: { token, next: 'ready' } };

  async function failed(reason: string, id?: string, name?: string): Promise<void> {
    const by = { actor: ANONYMOUS, request, email: input.email.slice(0, 254).toWellFormed() };
    const target = { type: 'account', id: id ?? 'unknown', name: name ?? null };
    await auditedTransaction(db, (tx) =>
      record(tx, by, { action: 'auth.sign_in_failed', target, outcome: 'denied', reason }, [])
    );
  }
}

/** Signs out: the session ends at once, for its sockets too. Signing out twice is no fault. */
export async function signOut(deps: Deps, caller: Caller): Promise<void> {
  const { session, request } = caller;
  if (!session) return;
  await auditedTransaction(deps.db, async (tx) => {
    const person = await findAdministrator(tx, session.personId);
    if (!person || !(await endSession(tx, session.sid))) return;
    const target = { type: 'session', id: session.sid, name: null };
    const by = { actor: auditActor(person, session.sid, 1), request };
    await record(tx, by, { action: 'auth.sign_out', target, outcome: 'success' }, [`person:${person.id}`]);
    await notifyAuthority(tx, [`session:${session.sid}`]);
  });
}
