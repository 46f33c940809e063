import { canonicalJson, type Json } from '../../core/audit/canonical-json';
import type { AuditActor, AuditEvent } from '../../core/audit/entry';
import { effectivePermissions, requirePermission, type Actor } from '../../core/access';
import type { Refusal } from '../../core/refusal';
import { sha256 } from '../auth/token';
import { notifyAuthority, type AuthoritySubject } from '../db/notify';
import { findAnswer, storeAnswer } from '../db/operations-table';
import { pipelined } from '../db/pipelined';
import { lockRoles, type RoleLock, type RoleRow } from '../db/roles-table';
import { lockSession } from '../db/sessions-table';
import { auditedTransaction, type AuditedTransaction } from '../db/transaction';
import { record, type Touch } from './audit';
import type { Caller } from './caller';
import type { Deps } from './deps';

/** What a decision leads to. A refusal changes nothing; it is logged and answered. */
export type Outcome<A> =
  | { refused: Refusal }
  | {
      answer: A;
      events: AuditEvent[];
      /** What the documents must be told. */
      touches: Touch[];
      /** Whose open pages and sockets must be judged anew. */
      authority?: AuthoritySubject[];
    };

export type Answer<A> = { refused: Refusal } | { answer: A };

/** A use case that changes something. */
export type Mutation<I extends { op: string }, A> = {
  /** Name of the procedure: part of the operation's identity. */
  name: string;
  /** What the actor must hold. */
  permission: string;
  /** Roles the decision depends on, besides the actor's own. */
  locks?(input: I): RoleLock[];
  /** What the attempt is about, for the log of a refusal. */
  target(input: I): { type: string; id: string };
  decide(context: Decision, input: I): Promise<Outcome<A>>;
};

/** What a decision may look at. Everything in it is locked until the transaction ends. */
export type Decision = {
  deps: Deps;
  tx: AuditedTransaction;
  actor: Actor;
  roles: ReadonlyMap<string, RoleRow>;
};

/**
 * The one door for every change (DESIGN 2): one transaction that looks the operation up, locks what the decision depends on,
 * decides, writes rows, entry and answer, and announces it all with its commit.
 */
export async function mutate<I extends { op: string }, A>(
  deps: Deps,
  caller: Caller,
  mutation: Mutation<I, A>,
  input: I
): Promise<Answer<A>> {
  const session = caller.session;
  if (!session) return { refused: { code: 'auth/signed-out' } };
  const request = requestHash(mutation.name, input);

  return auditedTransaction(deps.db, async (tx): Promise<Answer<A>> => {
    const [locked, earlier] = await pipelined([
      lockSession(tx, session.sid),
      findAnswer(tx, session.personId, input.op)
    ]);
    // Not logged here: whatever ended the session has its own entry.
    if (!locked) return { refused: { code: 'auth/signed-out' } };

    if (earlier) {
      if (!Buffer.from(earlier.request).equals(request))
        return { refused: { code: 'input/op-reused', field: 'op' } };
      return earlier.answer as Answer<A>;
    }

    const own = locked.person.roleId;
    const roles = await lockRoles(tx, [{ id: own, mode: 'share' }, ...(mutation.locks?.(input) ?? [])]);
    const ownRole = roles.get(own);
    if (!ownRole) return { refused: { code: 'auth/signed-out' } };
    const { grants, effective } = await deps.grants.of(tx, own, ownRole.seq);
    const actor: Actor = {
      id: locked.person.id,
      name: locked.person.name,
      owner: locked.person.owner,
      roleId: own,
      permissions: locked.person.owner ? effectivePermissions(deps.catalogue, grants, true) : effective
    };

    const missing = requirePermission(actor, mutation.permission);
    const outcome: Outcome<A> = missing
      ? { refused: missing }
      : await mutation.decide({ deps, tx, actor, roles }, input);

    const by = {
      actor: auditActor(actor, session.sid, locked.session.aal),
      request: caller.request,
      op: input.op
    };
    const answer: Answer<A> =
      'refused' in outcome ? { refused: outcome.refused } : { answer: outcome.answer };
    const stored = { actor: actor.id, op: input.op, request, answer };
    if ('refused' in outcome) {
      const denied = deniedEvent(mutation.name, mutation.target(input), outcome.refused);
      await pipelined([record(tx, by, denied, []), storeAnswer(tx, stored)]);
    } else {
      // Stored even when nothing was to change: a copy of this request that comes late must not find something to change then.
      await pipelined([
        ...outcome.events.map((event, at) => record(tx, by, event, at === 0 ? outcome.touches : [])),
        notifyAuthority(tx, outcome.authority ?? []),
        storeAnswer(tx, stored)
      ]);
    }
    return answer;
  });
}

/** How the log names somebody who acts through a session. */
export function auditActor(person: { id: string; name: string }, sid: string, aal: number): AuditActor {
  return { type: 'administrator', id: person.id, name: person.name, sid, aal: aal === 2 ? 2 : 1, via: 'web' };
}

/** The entry of an attempt that was refused (LOG-1). */
export function deniedEvent(
  procedure: string,
  target: { type: string; id: string },
  refusal: Refusal
): AuditEvent {
  const detail =
    refusal.code === 'access/permission-required'
      ? [{ path: 'missing', old: null, new: [refusal.permission] }]
      : refusal.code === 'access/not-held'
        ? [{ path: 'missing', old: null, new: refusal.permissions.slice(0, 100) }]
        : [];
  return {
    action: 'access.denied',
    target: { ...target, name: null },
    outcome: 'denied',
    reason: refusal.code,
    change: [{ path: 'procedure', old: null, new: procedure }, ...detail]
  };
}

function requestHash(name: string, input: object): Buffer {
  return sha256(`${name}\n${canonicalJson(input as Json)}`);
}
