import { AdministratorCreate, AdministratorGet, AdministratorList } from '../../../protocol/inputs';
import { createAdministrator } from '../../services/people/create-administrator';
import { getAdministrator, listAdministrators } from '../../services/people/read-administrators';
import { procedure, router, unwrap } from '../init';

const VIEW = { permission: 'people.administrators.view' };

export const administrators = router({
  list: procedure(VIEW)
    .input(AdministratorList)
    .query(async ({ ctx, input }) => unwrap(await listAdministrators(ctx.deps, ctx.caller, input))),
  get: procedure(VIEW)
    .input(AdministratorGet)
    .query(async ({ ctx, input }) => unwrap(await getAdministrator(ctx.deps, ctx.caller, input.id))),
  create: procedure({ permission: 'people.administrators.add' })
    .input(AdministratorCreate)
    .mutation(async ({ ctx, input }) => unwrap(await createAdministrator(ctx.deps, ctx.caller, input)))
});
