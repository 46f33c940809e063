import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { effectivePermissions, requirePermission, type Actor } from '../../../core/access/access';
import type { CapSettings } from '../../../core/quotas/caps';
import type { LiveSession } from '../../auth/sessions';
import type { Queryable } from '../../db/driver/client';
import { readRoles } from '../../db/tables/roles-table';
import { findSession, type SessionOwner } from '../../db/tables/sessions-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { record } from './audit';
import { auditActor } from './audit-actor';
import type { Caller } from './caller';
import { deniedEvent, isDenial } from './denied-event';
import type { Deps } from './deps';
import type { RefusalOr } from './refusal-or';
import { isProved, stepOf } from './session-policy';

/** Who somebody is and what they may do at this moment, for questions that change nothing. */
export async function actorOf(deps: Deps, person: SessionOwner): Promise<ActingPerson | null> {
  const [role] = await readRoles(deps.db, [person.roleId]);
  if (!role) return null;
  return actingPerson(person, await permissionsOf(deps, deps.db, person.owner, role));
}

/** Somebody who acts, as core's decisions take them. */
export type ActingPerson = Actor & { caps: CapSettings };

export function actingPerson(person: SessionOwner, permissions: ReadonlySet<string>): ActingPerson {
  const { id, name, owner, roleId, caps } = person;
  return { id, name, owner, roleId, caps, permissions };
}

/** Effective permissions of a holder of a role at its present version. */
export async function permissionsOf(
  deps: Pick<Deps, 'catalogue' | 'grants'>,
  tx: Queryable,
  owner: boolean,
  role: { id: string; seq: number }
): Promise<ReadonlySet<string>> {
  const { grants, effective } = await deps.grants.of(tx, role.id, role.seq);
  return owner ? effectivePermissions(deps.catalogue, grants, true) : effective;
}

export type Question = {
  /** The procedure that asks. */
  name: string;
  /** What it takes; null: nothing but being signed in. */
  permission: PermissionId | null;
  /** The password must have been proved lately (AUT-4). */
  sensitive?: boolean;
};

/** What a question is answered to whoever may ask it. */
export type Answering<T> = (actor: ActingPerson, session: LiveSession) => Promise<RefusalOr<T>>;

/**
 * Answers a question for somebody who holds `permission` (null: for everybody who is signed in). The right is looked up
 * at this request, so that a revoked one is gone at once; an attempt without it is logged.
 */
export async function ask<T>(
  deps: Deps,
  caller: Caller,
  question: Question,
  answer: Answering<T>
): Promise<RefusalOr<T>> {
  const found = caller.session && (await findSession(deps.db, caller.session.sid));
  const actor = found && (await actorOf(deps, found.person));
  if (!found || !actor) return { refused: { code: 'auth/signed-out' } };
  const step = stepOf(found, found.role);
  if (step !== 'ready') return { refused: { code: 'auth/step-required', next: step } };
  const missing = question.permission === null ? null : requirePermission(actor, question.permission);
  if (!missing && question.sensitive && !isProved(found.session))
    return { refused: { code: 'auth/reauthenticate' } };
  const result = missing ? { refused: missing } : await answer(actor, found);
  if ('refused' in result && isDenial(result.refused)) {
    const by = { actor: auditActor(actor, found.session.sid, found.session.aal), request: caller.request };
    const denied = deniedEvent(question.name, { type: 'procedure', id: question.name }, result.refused);
    await auditedTransaction(deps.db, (tx) => record(tx, by, denied, []));
  }
  return result;
}
