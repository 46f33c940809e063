import { AdministratorGet, AdministratorList } from '../../../../protocol/administrator-inputs';
import { createAdministrator } from '../../../services/administrators/create-administrator';
import {
  requireTwoFactor,
  resetPassword,
  resetTwoFactor,
  unlockAdministrator
} from '../../../services/administrators/credentials';
import { deleteAdministrator } from '../../../services/administrators/delete-administrator';
import { forEachPerson } from '../../../services/administrators/each-person';
import { beginImport, importAdministrators } from '../../../services/administrators/import-administrators';
import { readPersonKeys, revokePersonKey } from '../../../services/administrators/person-keys';
import { readPersonSessions, revokeSessions } from '../../../services/administrators/person-sessions';
import { getAdministrator, listAdministrators } from '../../../services/administrators/read-administrators';
import { addSendingName, removeSendingName } from '../../../services/administrators/sending-names';
import { reactivateAdministrator, suspendAdministrator } from '../../../services/administrators/suspend';
import { updateAdministrator } from '../../../services/administrators/update-administrator';
import { mutate } from '../../../services/write-path/mutate';
import { command, procedure, router, through, unwrap } from '../init';

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
  keys: procedure({ permission: 'people.credentials.view_sessions' })
    .input(AdministratorGet)
    .query(async ({ ctx, input }) => unwrap(await readPersonKeys(ctx.deps, ctx.caller, input.id))),
  create: command('administrators.create').mutation(through(createAdministrator)),
  /** Each field asks for its own permission. */
  update: command('administrators.update').mutation(through(updateAdministrator)),
  suspend: command('administrators.suspend').mutation(through(suspendAdministrator)),
  reactivate: command('administrators.reactivate').mutation(through(reactivateAdministrator)),
  /** `delete_soft` or, with `hard`, `delete_hard`. */
  delete: command('administrators.delete').mutation(through(deleteAdministrator)),
  resetPassword: command('administrators.resetPassword').mutation(through(resetPassword)),
  require2fa: command('administrators.require2fa').mutation(through(requireTwoFactor)),
  reset2fa: command('administrators.reset2fa').mutation(through(resetTwoFactor)),
  revokeSessions: command('administrators.revokeSessions').mutation(through(revokeSessions)),
  revokeKey: command('administrators.revokeKey').mutation(through(revokePersonKey)),
  addSendingName: command('administrators.addSendingName').mutation(through(addSendingName)),
  removeSendingName: command('administrators.removeSendingName').mutation(through(removeSendingName)),
  unlock: command('administrators.unlock').mutation(through(unlockAdministrator)),
  bulk: command('administrators.bulk').mutation(async ({ ctx, input }) =>
    unwrap(await forEachPerson(ctx.deps, ctx.caller, input))
  ),
  beginImport: command('administrators.beginImport').mutation(async ({ ctx, input }) => {
    const { until } = unwrap(await mutate(ctx.deps, ctx.caller, beginImport, input));
    return { until };
  }),
  import: command('administrators.import').mutation(async ({ ctx, input }) =>
    unwrap(await importAdministrators(ctx.deps, ctx.caller, input))
  )
});
