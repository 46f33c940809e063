import { requirePermission } from '../../../core/access/access';
import type { CommandName } from '../../../core/commands';
import type { Refusal } from '../../../core/access/refusal';
import type { CommandInput } from '../../../protocol/commands/commands';
import { findAccount, userAccount, type AccountRow } from '../../db/tables/accounts-table';
import { sessionsOf } from '../../db/tables/sessions-table';
import { sessionSummary, type SessionSummary } from '../administrators/person-sessions';
import {
  demandSecondFactor,
  endSessionsFor,
  giveSecret,
  openAgain,
  takeSecondFactor
} from '../credentials/account-credentials';
import { givingSecret } from '../credentials/reset-secret';
import { wayOfLink } from '../mail/link-withheld';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import type { Decision, Outcome } from '../write-path/mutation';
import type { RefusalOr } from '../write-path/refusal-or';
import { touchedUser } from './touched-user';

// What staff do with the credentials of a user (ADM-5, TEN-1): as with those of an administrator, by the same code.
// It takes that permission, seeing users, and all that the user may do (ACC-2): whoever makes a secret can use it.

const VIEW = 'tenants.users.view' as const;
const NOT_FOUND: Refusal = { code: 'not-found', what: 'user' };

type OfOneUser = Extract<
  CommandName,
  `users.${'reset2fa' | 'require2fa' | 'revokeSessions' | 'revokeKey' | 'unlock'}`
>;

/** Command on a user's credentials, for whoever sees and dominates the user. */
export function onUser<N extends OfOneUser, A>(
  name: N,
  act: (context: Decision, account: AccountRow, input: CommandInput<N>) => Promise<Outcome<A>>
) {
  return defineCommand<N, A>(name, {
    ...ONE,
    async decide(context, input) {
      const touched = await touchedAccount(context, input.id);
      return 'refused' in touched ? touched : act(context, touched.account, input);
    }
  });
}

const ONE = {
  users: ({ id }: { id: string }) => [id],
  target: ({ id }: { id: string }) => ({ type: 'user', id })
};

async function touchedAccount(
  context: Decision,
  id: string
): Promise<{ account: AccountRow } | { refused: Refusal }> {
  const unseen = requirePermission(context.actor, VIEW);
  if (unseen) return { refused: unseen };
  const touched = await touchedUser(context, id);
  return 'refused' in touched ? touched : { account: userAccount(touched.row, touched.has.row.roleId) };
}

/** Invites a user who has no way in yet, or gives a new activation secret: a link, or an initial password. */
export const resetUserPassword = defineCommand('users.resetPassword', {
  ...ONE,
  ...givingSecret(async ({ deps }, id, actor) => {
    const unseen = requirePermission(actor, VIEW);
    if (unseen) return { refused: unseen };
    const account = await findAccount(deps.db, { kind: 'user', id });
    return account ? { answer: account } : { refused: NOT_FOUND };
  }),
  async decide(context, { id, op }, passwordHash) {
    const touched = await touchedAccount(context, id);
    if ('refused' in touched) return touched;
    const { withheld: linkWithheld } = await wayOfLink(context.deps, context.tx, touched.account);
    return giveSecret(context, touched.account, { op, passwordHash, linkWithheld });
  }
});

/** Takes a lost second factor away. */
export const resetUserTwoFactor = onUser('users.reset2fa', takeSecondFactor);

/** Asks a user for a second factor, or no longer (AUT-2). */
export const requireUserTwoFactor = onUser('users.require2fa', demandSecondFactor);

/** Ends a user's sessions, or one. */
export const revokeUserSessions = onUser('users.revokeSessions', (context, account, { sid }) =>
  endSessionsFor(context, account, sid)
);

/** Opens an account again that wrong tries in a row have closed. */
export const unlockUser = onUser('users.unlock', openAgain);

/** A user's open sessions (ADM-9). */
export function readUserSessions(
  deps: Deps,
  caller: Caller,
  id: string
): Promise<RefusalOr<SessionSummary[]>> {
  const question = { name: 'users.sessions', permission: 'people.credentials.view_sessions' } as const;
  return ask<SessionSummary[]>(deps, caller, question, async (actor) => {
    const unseen = requirePermission(actor, VIEW);
    if (unseen) return { refused: unseen };
    if (!(await findAccount(deps.db, { kind: 'user', id }))) return { refused: NOT_FOUND };
    return { answer: (await sessionsOf(deps.db, [id])).map((row) => sessionSummary(row, null)) };
  });
}
