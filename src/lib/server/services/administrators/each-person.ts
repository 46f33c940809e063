import type { Refusal } from '../../../core/access/refusal';
import { partOf } from '../../../protocol/operation-part';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { mutate, type Answer, type Mutation } from '../write-path/mutate';
import { requireTwoFactor } from './credentials';
import type { PersonActionInput } from '../write-path/person-action';
import { revokeSessions } from './person-sessions';
import { reactivateAdministrator, suspendAdministrator } from './suspend';
import { updateAdministrator, type AdministratorUpdateAnswer } from './update-administrator';
import type { RefusalOr } from '../write-path/refusal-or';
import { ask, type Question } from '../write-path/ask';

/** What can be done to many people in one step (ADM-10). */
export type BulkAction =
  | { kind: 'suspend' | 'reactivate' | 'revokeSessions' }
  | { kind: 'assignRole'; roleId: string }
  | { kind: 'require2fa'; required: boolean; from?: string | undefined };

export type BulkInput = { op: string; ids: string[]; action: BulkAction };

export type BulkAnswer = { results: BulkResult[] };

export type BulkResult = {
  id: string;
  refused: Refusal | null;
  /** As for a change of one role alone (services/people/update-administrator). */
  needsNewLink: boolean;
};

/**
 * Does the same to each of these people. Each is a decision, a transaction and an entry of their own, exactly as if it had been
 * asked for alone: what is refused for one does not stop the others, and a repeated call repeats nothing.
 */
export async function forEachPerson(
  deps: Deps,
  caller: Caller,
  { op, ids, action }: BulkInput
): Promise<RefusalOr<BulkAnswer>> {
  const question: Question = {
    name: 'administrators.bulk',
    permission: 'people.administrators.bulk_edit',
    sensitive: true
  };
  const allowed = await ask<null>(deps, caller, question, () => Promise.resolve({ answer: null }));
  if ('refused' in allowed) return allowed;
  const results: BulkAnswer['results'] = [];
  for (const id of new Set(ids)) {
    const done = await once(deps, caller, { op: partOf(op, id), id }, action);
    if ('refused' in done && endsAll(done.refused)) return done;
    const answer = 'refused' in done ? null : done.answer;
    results.push({
      id,
      refused: 'refused' in done ? done.refused : null,
      needsNewLink: (answer as Partial<AdministratorUpdateAnswer> | null)?.needsNewLink ?? false
    });
  }
  return { answer: { results } };
}

/** What ends the whole of it: who asks, or their key, is not good any more, or has to prove who they are. */
export function endsAll({ code }: Refusal): boolean {
  return (
    code === 'auth/signed-out' ||
    code === 'auth/key' ||
    code === 'auth/step-required' ||
    code === 'auth/reauthenticate' ||
    code === 'busy'
  );
}

async function once(
  deps: Deps,
  caller: Caller,
  person: PersonActionInput,
  action: BulkAction
): Promise<Answer<unknown>> {
  const run = <I extends { op: string }, A>(mutation: Mutation<I, A>, input: I): Promise<Answer<A>> =>
    mutate(deps, caller, mutation, input);
  switch (action.kind) {
    case 'suspend':
      return run(suspendAdministrator, person);
    case 'reactivate':
      return run(reactivateAdministrator, person);
    case 'revokeSessions':
      return run(revokeSessions, person);
    case 'require2fa':
      return run(requireTwoFactor, { ...person, required: action.required, from: action.from });
    case 'assignRole': {
      // Whoever chooses a role for many has none of their records on screen: the choice is made knowingly.
      const seen = Number.MAX_SAFE_INTEGER;
      const done = await run(updateAdministrator, { ...person, seen, roleId: action.roleId });
      const [part] = 'refused' in done ? [] : done.answer.refused;
      return part ? { refused: part } : done;
    }
  }
}
