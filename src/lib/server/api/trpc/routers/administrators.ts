import {
  AdministratorCreate,
  AdministratorDelete,
  AdministratorGet,
  AdministratorList,
  AdministratorUpdate,
  Bulk,
  Import,
  ImportBegin,
  PasswordReset,
  PersonAction,
  RequireTwoFactor,
  RevokeSessions
} from '../../../../protocol/inputs';
import { createAdministrator } from '../../../services/administrators/create-administrator';
import {
  requireTwoFactor,
  resetPassword,
  resetTwoFactor,
  unlockAdministrator
} from '../../../services/administrators/credentials';
import { deleteAdministrator } from '../../../services/administrators/delete-administrator';
import { forEachPerson } from '../../../services/administrators/each-person';
import { importAdministrators } from '../../../services/administrators/import-administrators';
import { beginImport } from '../../../services/administrators/import-proof';
import { readPersonSessions, revokeSessions } from '../../../services/administrators/person-sessions';
import { getAdministrator, listAdministrators } from '../../../services/administrators/read-administrators';
import { reactivateAdministrator, suspendAdministrator } from '../../../services/administrators/suspend';
import { updateAdministrator } from '../../../services/administrators/update-administrator';
import { mutate } from '../../../services/write-path/mutate';
import { procedure, router, unwrap } from '../init';

const VIEW = { permission: 'people.administrators.view' } as const;

export const administrators = router({
  list: procedure(VIEW)
    .input(AdministratorList)
    .query(async ({ ctx, input }) => unwrap(await listAdministrators(ctx.deps, ctx.caller, input))),
  get: procedure(VIEW)
    .input(AdministratorGet)
    .query(async ({ ctx, input }) => unwrap(await getAdministrator(ctx.deps, ctx.caller, input.id))),
  sessions: procedure({ permission: 'people.credentials.view_sessions' })
    .input(AdministratorGet)
    .query(async ({ ctx, input }) => unwrap(await readPersonSessions(ctx.deps, ctx.caller, input.id))),
  create: procedure({ permission: 'people.administrators.add' })
    .input(AdministratorCreate)
    .mutation(async ({ ctx, input: { invite: _, ...input } }) =>
      unwrap(await createAdministrator(ctx.deps, ctx.caller, input))
    ),
  /** Each field asks for its own permission. */
  update: procedure(VIEW)
    .input(AdministratorUpdate)
    .mutation(async ({ ctx, input }) =>
      unwrap(await mutate(ctx.deps, ctx.caller, updateAdministrator, input))
    ),
  suspend: procedure({ permission: 'people.administrators.suspend' })
    .input(PersonAction)
    .mutation(async ({ ctx, input }) =>
      unwrap(await mutate(ctx.deps, ctx.caller, suspendAdministrator, input))
    ),
  reactivate: procedure({ permission: 'people.administrators.reactivate' })
    .input(PersonAction)
    .mutation(async ({ ctx, input }) =>
      unwrap(await mutate(ctx.deps, ctx.caller, reactivateAdministrator, input))
    ),
  /** `delete_soft` or, with `hard`, `delete_hard`. */
  delete: procedure({ permission: 'people.administrators.delete_soft' })
    .input(AdministratorDelete)
    .mutation(async ({ ctx, input }) =>
      unwrap(await mutate(ctx.deps, ctx.caller, deleteAdministrator, input))
    ),
  resetPassword: procedure({ permission: 'people.credentials.reset_password' })
    .input(PasswordReset)
    .mutation(async ({ ctx, input }) => unwrap(await resetPassword(ctx.deps, ctx.caller, input))),
  require2fa: procedure({ permission: 'people.credentials.require_2fa' })
    .input(RequireTwoFactor)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, requireTwoFactor, input))),
  reset2fa: procedure({ permission: 'people.credentials.reset_2fa' })
    .input(PersonAction)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, resetTwoFactor, input))),
  revokeSessions: procedure({ permission: 'people.credentials.revoke_sessions' })
    .input(RevokeSessions)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, revokeSessions, input))),
  unlock: procedure({ permission: 'people.administrators.unlock' })
    .input(PersonAction)
    .mutation(async ({ ctx, input }) =>
      unwrap(await mutate(ctx.deps, ctx.caller, unlockAdministrator, input))
    ),
  bulk: procedure({ permission: 'people.administrators.bulk_edit' })
    .input(Bulk)
    .mutation(async ({ ctx, input }) => unwrap(await forEachPerson(ctx.deps, ctx.caller, input))),
  beginImport: procedure({ permission: 'people.administrators.add' })
    .input(ImportBegin)
    .mutation(async ({ ctx, input }) => {
      const { until } = unwrap(await mutate(ctx.deps, ctx.caller, beginImport, input));
      return { until };
    }),
  import: procedure({ permission: 'people.administrators.add' })
    .input(Import)
    .mutation(async ({ ctx, input }) => unwrap(await importAdministrators(ctx.deps, ctx.caller, input)))
});
