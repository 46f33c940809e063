import type { CommandInput } from '../../../protocol/commands/commands';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { forEachRecord, knowingly, runner } from '../write-path/each-record';
import type { Answer } from '../write-path/mutation';
import type { RefusalOr } from '../write-path/refusal-or';
import { updateUser } from './update-user';
import type { UserBulkAnswer } from './user-answers';
import { closeUser, reactivateUser, suspendUser } from './user-status';

type UserBulkAction = CommandInput<'users.bulk'>['action'];

/** Does the same to each of these users, each judged on their own. */
export async function forEachUser(
  deps: Deps,
  caller: Caller,
  { action, seen = {}, ...many }: CommandInput<'users.bulk'>
): Promise<RefusalOr<UserBulkAnswer>> {
  const question = { name: 'users.bulk', permission: 'tenants.users.bulk', sensitive: true } as const;
  const done = await forEachRecord(deps, caller, question, many, (user) =>
    once(deps, caller, { ...user, seen: seen[user.id] }, action)
  );
  if ('refused' in done) return done;
  const results = done.answer.map((each) => ({
    id: each.id,
    refused: 'refused' in each ? each.refused : null
  }));
  return { answer: { results } };
}

async function once(
  deps: Deps,
  caller: Caller,
  { seen, ...user }: { op: string; id: string; seen: number | undefined },
  action: UserBulkAction
): Promise<Answer<unknown>> {
  const run = runner(deps, caller);
  switch (action.kind) {
    case 'suspend':
      return run(suspendUser, { ...user, seen, reason: action.reason, until: action.until });
    case 'reactivate':
      return run(reactivateUser, { ...user, seen });
    case 'close':
      return run(closeUser, { ...user, seen, reason: action.reason });
    case 'assignPackage':
      return knowingly((version) => run(updateUser, { ...user, seen: version, packageId: action.packageId }));
  }
}
