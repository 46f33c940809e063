import type { Refusal } from '../../../core/access/refusal';
import type { Caller } from '../write-path/caller';
import { forEachRecord, knowingly, runner } from '../write-path/each-record';
import type { Deps } from '../write-path/deps';
import type { Answer } from '../write-path/mutation';
import type { PasswordResetAnswer } from '../credentials/reset-secret';
import { renewInvitation, requireTwoFactor } from './credentials';
import type { PersonActionInput } from '../write-path/person-action';
import { revokeSessions } from './person-sessions';
import { reactivateAdministrator, suspendAdministrator } from './suspend';
import { updateAdministrator, type AdministratorUpdateAnswer } from './update-administrator';
import type { RefusalOr } from '../write-path/refusal-or';
import type { Question } from '../write-path/ask';

/** Action that can be done to many people in one step (ADM-10). */
export type BulkAction =
  | { kind: 'suspend' | 'reactivate' | 'revokeSessions' }
  | { kind: 'renewInvitation' }
  | { kind: 'assignRole'; roleId: string }
  | { kind: 'require2fa'; required: boolean; from?: string | undefined };

export type BulkInput = {
  op: string;
  ids: string[];
  seen?: Record<string, number> | undefined;
  action: BulkAction;
};

export type BulkAnswer = { results: BulkResult[] };

export type BulkResult = {
  id: string;
  refused: Refusal | null;
  /** True if they need another link, as after one change of a role (services/administrators/update-administrator). */
  needsNewLink: boolean;
  /** A new invitation, shown once; null: none was made. */
  link: string | null;
};

/** Does the same to each of these people. */
export async function forEachPerson(
  deps: Deps,
  caller: Caller,
  { action, seen = {}, ...many }: BulkInput
): Promise<RefusalOr<BulkAnswer>> {
  const question: Question = {
    name: 'administrators.bulk',
    permission: 'people.administrators.bulk_edit',
    sensitive: true
  };
  const done = await forEachRecord(deps, caller, question, many, (person) =>
    once(deps, caller, { ...person, seen: seen[person.id] }, action)
  );
  if ('refused' in done) return done;
  const results = done.answer.map((each): BulkResult => {
    const answer =
      'refused' in each
        ? null
        : (each.answer as Partial<AdministratorUpdateAnswer & PasswordResetAnswer> | null);
    return {
      id: each.id,
      refused: 'refused' in each ? each.refused : null,
      needsNewLink: answer?.needsNewLink ?? false,
      link: answer?.link ?? null
    };
  });
  return { answer: { results } };
}

async function once(
  deps: Deps,
  caller: Caller,
  { seen, ...person }: PersonActionInput & { seen: number | undefined },
  action: BulkAction
): Promise<Answer<unknown>> {
  const run = runner(deps, caller);
  switch (action.kind) {
    case 'suspend':
      return run(suspendAdministrator, person);
    case 'reactivate':
      return run(reactivateAdministrator, { ...person, seen });
    case 'revokeSessions':
      return run(revokeSessions, person);
    case 'renewInvitation':
      return run(renewInvitation, person);
    case 'require2fa':
      return run(requireTwoFactor, { ...person, required: action.required, from: action.from });
    case 'assignRole':
      return knowingly((version) =>
        run(updateAdministrator, { ...person, seen: version, roleId: action.roleId })
      );
  }
}
