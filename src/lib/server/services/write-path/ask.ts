import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { requirePermission } from '../../../core/access/access';
import type { LiveSession } from '../../auth/sessions';
import { auditedTransaction } from '../../db/driver/transaction';
import type { ActingPerson } from './acting-person';
import { admit } from './admission';
import { record } from './audit';
import { askingOf, type Caller } from './caller';
import { deniedEvent, isDenial } from './denied-event';
import type { Deps } from './deps';
import { hasCredential, type Principal } from './principal';
import type { RefusalOr } from './refusal-or';
import { noting } from './permit-counter';
import { isProved } from './session-policy';
import { mustBeScoped, unscoped } from './scope';
import { notForUsers, notInVisit, notWhileClosing } from './user-fence';

export type Question = {
  /** The procedure that asks. */
  name: string;
  /** Permission the question takes; null: nothing but being signed in. */
  permission: PermissionId | null;
  /** The password must have been proved lately (AUT-4). */
  sensitive?: boolean;
};

/** Work that answers a question for whoever may ask it. */
export type Answering<T> = (actor: ActingPerson, as: Principal) => Promise<RefusalOr<T>>;

/**
 * Answers a question for somebody who holds `permission` (null: for everybody who is admitted). The right is looked up
 * at this request, so that a revoked one is gone at once; an attempt without it is logged.
 */
export async function ask<T>(
  deps: Deps,
  caller: Caller,
  question: Question,
  answer: Answering<T>
): Promise<RefusalOr<T>> {
  mustBeScoped(deps, caller);
  const fenced = notForUsers(deps, caller, question.name);
  if (fenced) return { refused: fenced };
  const admitted = await admit(deps, caller);
  if ('refused' in admitted) return admitted;
  return answerTo(deps, caller, question, admitted.principal, (actor) => answer(actor, admitted.principal));
}

/** The same for what only people ask: of themselves, or about the session they are in. */
export async function askInSession<T>(
  deps: Deps,
  caller: Caller,
  question: Question,
  answer: (actor: ActingPerson, session: LiveSession, as: Principal) => Promise<RefusalOr<T>>
): Promise<RefusalOr<T>> {
  if (caller.key) return { refused: { code: 'access/people-only' } };
  mustBeScoped(deps, caller);
  const fenced = notForUsers(deps, caller, question.name);
  if (fenced) return { refused: fenced };
  const admitted = await admit(deps, caller);
  if ('refused' in admitted) return admitted;
  const { live, principal } = admitted;
  if (!live) return { refused: { code: 'auth/signed-out' } };
  return answerTo(deps, caller, question, principal, (actor) => answer(actor, live, principal));
}

/** The same for what a user asks of what is its own, with a key of its own as well: for staff it is not there. */
export function askAsUser<T>(
  deps: Deps,
  caller: Caller,
  question: Question,
  answer: Answering<T>
): Promise<RefusalOr<T>> {
  if (hasCredential(caller) && askingOf(caller)?.kind !== 'user')
    return Promise.resolve({ refused: { code: 'not-found', what: 'procedure' } });
  return ask(deps, caller, question, answer);
}

async function answerTo<T>(
  deps: Deps,
  caller: Caller,
  question: Question,
  { actor: person, audit, session, gate, visit }: Principal,
  answer: (actor: ActingPerson) => Promise<RefusalOr<T>>
): Promise<RefusalOr<T>> {
  const { actor, used } = noting(person);
  const missing =
    notWhileClosing({ gate }, question.name) ??
    notInVisit(visit, question.name) ??
    (question.permission === null ? null : requirePermission(actor, question.permission));
  if (!missing && question.sensitive && session && !isProved(session))
    return { refused: { code: 'auth/reauthenticate' } };
  const result = missing ? { refused: missing } : await answer(actor);
  if ('refused' in result && isDenial(result.refused)) {
    const by = { actor: audit, request: caller.request };
    const denied = deniedEvent(question.name, { type: 'procedure', id: question.name }, result.refused);
    // What one of staff was denied in a user's place is noted as theirs.
    const { db } = visit ? unscoped(deps) : deps;
    await auditedTransaction(db, (tx) => record(tx, by, denied, []));
  }
  // What somebody of staff sees in a user's place is no sign that the user needs it.
  if (!('refused' in result) && !visit) deps.permits?.permitted(audit.type, actor.id, used);
  return result;
}
