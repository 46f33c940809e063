import { ApplicationCalls, ApplicationGet } from '../../../../protocol/application-inputs';
import { createKey, extendKey, revokeKey, rotateKey } from '../../../services/applications/application-keys';
import { createApplication } from '../../../services/applications/create-application';
import {
  deleteApplication,
  reactivateApplication,
  suspendApplication
} from '../../../services/applications/end-application';
import { createOwnKey, readOwnKeys, revokeOwnKey } from '../../../services/applications/own-keys';
import { getApplication, listApplications } from '../../../services/applications/read-applications';
import { readApplicationCalls } from '../../../services/applications/read-calls';
import { updateApplication } from '../../../services/applications/update-application';
import { command, procedure, router, through, unwrap } from '../init';

const VIEW = { permission: 'people.api_keys.list' } as const;

export const applications = router({
  list: procedure(VIEW).query(async ({ ctx }) => unwrap(await listApplications(ctx.deps, ctx.caller))),
  get: procedure(VIEW)
    .input(ApplicationGet)
    .query(async ({ ctx, input }) => unwrap(await getApplication(ctx.deps, ctx.caller, input.id))),
  calls: procedure(VIEW)
    .input(ApplicationCalls)
    .query(async ({ ctx, input }) =>
      unwrap(await readApplicationCalls(ctx.deps, ctx.caller, input?.id ?? null))
    ),
  create: command('applications.create').mutation(through(createApplication)),
  update: command('applications.update').mutation(through(updateApplication)),
  suspend: command('applications.suspend').mutation(through(suspendApplication)),
  reactivate: command('applications.reactivate').mutation(through(reactivateApplication)),
  delete: command('applications.delete').mutation(through(deleteApplication)),
  createKey: command('applications.createKey').mutation(through(createKey)),
  rotateKey: command('applications.rotateKey').mutation(through(rotateKey)),
  extendKey: command('applications.extendKey').mutation(through(extendKey)),
  revokeKey: command('applications.revokeKey').mutation(through(revokeKey))
});

/** One's own keys. */
export const keys = router({
  list: procedure('signed-in', 'session').query(async ({ ctx }) =>
    unwrap(await readOwnKeys(ctx.deps, ctx.caller))
  ),
  create: command('keys.create').mutation(through(createOwnKey)),
  revoke: command('keys.revoke').mutation(through(revokeOwnKey))
});
