import { effectivePermissions, requirePermission, type Actor } from '../../core/access';
import type { Queryable } from '../db/client';
import { readRoles } from '../db/roles-table';
import { findSession } from '../db/sessions-table';
import { auditedTransaction } from '../db/transaction';
import { record } from './audit';
import type { Caller } from './caller';
import type { Deps } from './deps';
import type { RefusalOr } from './refusal-or';
import { auditActor, deniedEvent } from './write-path';

/** Who somebody is and what they may do at this moment, for questions that change nothing. */
export async function actorOf(
  deps: Deps,
  person: { id: string; name: string; owner: boolean; roleId: string }
): Promise<Actor | null> {
  const [role] = await readRoles(deps.db, [person.roleId]);
  if (!role) return null;
  return { ...person, permissions: await permissionsOf(deps, deps.db, person.owner, role) };
}

/** Effective permissions of a holder of a role at its present version. */
export async function permissionsOf(
  deps: Deps,
  tx: Queryable,
  owner: boolean,
  role: { id: string; seq: number }
): Promise<ReadonlySet<string>> {
  const { grants, effective } = await deps.grants.of(tx, role.id, role.seq);
  return owner ? effectivePermissions(deps.catalogue, grants, true) : effective;
}

/**
 * Answers a question for somebody who holds `permission` (null: for everybody who is signed in). The right is looked up
 * at this request, so that a revoked one is gone at once; an attempt without it is logged.
 */
export async function ask<T>(
  deps: Deps,
  caller: Caller,
  question: { name: string; permission: string | null },
  answer: (actor: Actor) => Promise<RefusalOr<T>>
): Promise<RefusalOr<T>> {
  const found = caller.session && (await findSession(deps.db, caller.session.sid));
  const actor = found && (await actorOf(deps, found.person));
  if (!found || !actor) return { refused: { code: 'auth/signed-out' } };
  const missing = question.permission === null ? null : requirePermission(actor, question.permission);
  const result = missing ? { refused: missing } : await answer(actor);
  if ('refused' in result && result.refused.code.startsWith('access/')) {
    const by = { actor: auditActor(actor, found.session.sid, found.session.aal), request: caller.request };
    const denied = deniedEvent(question.name, { type: 'procedure', id: question.name }, result.refused);
    await auditedTransaction(deps.db, (tx) => record(tx, by, denied, []));
  }
  return result;
}
