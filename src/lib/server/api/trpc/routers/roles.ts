import { Holders, RoleAt, RoleGet, RoleHistory } from '../../../../protocol/role-inputs';
import { createRole } from '../../../services/roles/create-role';
import { deleteRole } from '../../../services/roles/delete-role';
import { editRole } from '../../../services/roles/edit-role';
import { roleAt, roleHistory } from '../../../services/roles/history';
import { getRole, holdersOf, listRoles, roleMembers } from '../../../services/roles/read-roles';
import { revokeRoleSessions } from '../../../services/roles/revoke-sessions';
import { restoreRole } from '../../../services/roles/restore-role';
import { command, procedure, router, through, unwrap } from '../init';

export const roles = router({
  list: procedure({ permission: 'people.roles.view' }).query(async ({ ctx }) =>
    unwrap(await listRoles(ctx.deps, ctx.caller, 'administrator'))
  ),
  /** One's own role is always readable; others take the permission. */
  get: procedure('signed-in')
    .input(RoleGet)
    .query(async ({ ctx, input }) => unwrap(await getRole(ctx.deps, ctx.caller, 'administrator', input.id))),
  members: procedure({ permission: 'people.administrators.view' })
    .input(RoleGet)
    .query(async ({ ctx, input }) =>
      unwrap(await roleMembers(ctx.deps, ctx.caller, 'administrator', input.id))
    ),
  holders: procedure({ permission: 'people.roles.view' })
    .input(Holders)
    .query(async ({ ctx, input }) =>
      unwrap(await holdersOf(ctx.deps, ctx.caller, 'administrator', input.permission))
    ),
  history: procedure({ permission: 'people.roles.view_history' })
    .input(RoleHistory)
    .query(async ({ ctx, input }) => unwrap(await roleHistory(ctx.deps, ctx.caller, 'administrator', input))),
  at: procedure({ permission: 'people.roles.view_history' })
    .input(RoleAt)
    .query(async ({ ctx, input }) => unwrap(await roleAt(ctx.deps, ctx.caller, 'administrator', input))),
  create: command('roles.create').mutation(through(createRole)),
  edit: command('roles.edit').mutation(through(editRole)),
  restore: command('roles.restore').mutation(through(restoreRole)),
  revokeSessions: command('roles.revokeSessions').mutation(through(revokeRoleSessions)),
  delete: command('roles.delete').mutation(through(deleteRole))
});
