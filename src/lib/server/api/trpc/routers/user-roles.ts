import { Holders, RoleAt, RoleGet, RoleHistory } from '../../../../protocol/role-inputs';
import { createUserRole } from '../../../services/roles/create-role';
import { deleteUserRole } from '../../../services/roles/delete-role';
import { editUserRole } from '../../../services/roles/edit-role';
import { roleAt, roleHistory } from '../../../services/roles/history';
import { getRole, holdersOf, listRoles, roleMembers } from '../../../services/roles/read-roles';
import { restoreUserRole } from '../../../services/roles/restore-role';
import { command, procedure, router, through, unwrap } from '../init';

/** Roles of users: what `roles` is for those of administrators. */
export const userRoles = router({
  list: procedure({ permission: 'tenants.user_roles.view' }).query(async ({ ctx }) =>
    unwrap(await listRoles(ctx.deps, ctx.caller, 'user'))
  ),
  get: procedure({ permission: 'tenants.user_roles.view' })
    .input(RoleGet)
    .query(async ({ ctx, input }) => unwrap(await getRole(ctx.deps, ctx.caller, 'user', input.id))),
  /** The users whose package has it. */
  members: procedure({ permission: 'tenants.users.view' })
    .input(RoleGet)
    .query(async ({ ctx, input }) => unwrap(await roleMembers(ctx.deps, ctx.caller, 'user', input.id))),
  holders: procedure({ permission: 'tenants.user_roles.view' })
    .input(Holders)
    .query(async ({ ctx, input }) => unwrap(await holdersOf(ctx.deps, ctx.caller, 'user', input.permission))),
  history: procedure({ permission: 'tenants.user_roles.view' })
    .input(RoleHistory)
    .query(async ({ ctx, input }) => unwrap(await roleHistory(ctx.deps, ctx.caller, 'user', input))),
  at: procedure({ permission: 'tenants.user_roles.view' })
    .input(RoleAt)
    .query(async ({ ctx, input }) => unwrap(await roleAt(ctx.deps, ctx.caller, 'user', input))),
  create: command('userRoles.create').mutation(through(createUserRole)),
  edit: command('userRoles.edit').mutation(through(editUserRole)),
  restore: command('userRoles.restore').mutation(through(restoreUserRole)),
  delete: command('userRoles.delete').mutation(through(deleteUserRole))
});
