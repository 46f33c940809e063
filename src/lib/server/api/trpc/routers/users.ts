import { UserGet, UserList } from '../../../../protocol/user-inputs';
import { createUser } from '../../../services/users/create-user';
import {
  readUserSessions,
  requireUserTwoFactor,
  resetUserPassword,
  resetUserTwoFactor,
  revokeUserSessions,
  unlockUser
} from '../../../services/users/credentials';
import { deleteUser } from '../../../services/users/delete-user';
import { forEachUser } from '../../../services/users/each-user';
import { beginUserImport, importUsers } from '../../../services/users/import-users';
import { getUser, listUsers } from '../../../services/users/read-users';
import { signInAs } from '../../../services/users/sign-in-as';
import { updateUser } from '../../../services/users/update-user';
import { readUserKeys, revokeUserKey } from '../../../services/users/user-keys';
import { addUserName, removeUserName } from '../../../services/users/user-names';
import { closeUser, reactivateUser, suspendUser } from '../../../services/users/user-status';
import { mutate } from '../../../services/write-path/mutate';
import { command, procedure, router, through, unwrap } from '../init';

const VIEW = { permission: 'tenants.users.view' } as const;

export const users = router({
  list: procedure(VIEW)
    .input(UserList)
    .query(async ({ ctx, input }) => unwrap(await listUsers(ctx.deps, ctx.caller, input))),
  get: procedure(VIEW)
    .input(UserGet)
    .query(async ({ ctx, input }) => unwrap(await getUser(ctx.deps, ctx.caller, input.id))),
  create: command('users.create').mutation(through(createUser)),
  update: command('users.update').mutation(through(updateUser)),
  suspend: command('users.suspend').mutation(through(suspendUser)),
  reactivate: command('users.reactivate').mutation(through(reactivateUser)),
  close: command('users.close').mutation(through(closeUser)),
  delete: command('users.delete').mutation(through(deleteUser)),
  addSendingName: command('users.addSendingName').mutation(through(addUserName)),
  removeSendingName: command('users.removeSendingName').mutation(through(removeUserName)),
  sessions: procedure({ permission: 'people.credentials.view_sessions' })
    .input(UserGet)
    .query(async ({ ctx, input }) => unwrap(await readUserSessions(ctx.deps, ctx.caller, input.id))),
  resetPassword: command('users.resetPassword').mutation(through(resetUserPassword)),
  require2fa: command('users.require2fa').mutation(through(requireUserTwoFactor)),
  reset2fa: command('users.reset2fa').mutation(through(resetUserTwoFactor)),
  revokeSessions: command('users.revokeSessions').mutation(through(revokeUserSessions)),
  keys: procedure({ permission: 'people.credentials.view_sessions' })
    .input(UserGet)
    .query(async ({ ctx, input }) => unwrap(await readUserKeys(ctx.deps, ctx.caller, input.id))),
  revokeKey: command('users.revokeKey').mutation(through(revokeUserKey)),
  unlock: command('users.unlock').mutation(through(unlockUser)),
  /** The session's secret is a cookie of its own: it is in no answer. */
  signInAs: command('users.signInAs').mutation(async ({ ctx, input }) => {
    const { token, ...begun } = unwrap(await signInAs(ctx.deps, ctx.caller, input));
    ctx.setVisit(token, begun.endsAt);
    return begun;
  }),
  bulk: command('users.bulk').mutation(async ({ ctx, input }) =>
    unwrap(await forEachUser(ctx.deps, ctx.caller, input))
  ),
  beginImport: command('users.beginImport').mutation(async ({ ctx, input }) => {
    const { until } = unwrap(await mutate(ctx.deps, ctx.caller, beginUserImport, input));
    return { until };
  }),
  import: command('users.import').mutation(async ({ ctx, input }) =>
    unwrap(await importUsers(ctx.deps, ctx.caller, input))
  )
});
