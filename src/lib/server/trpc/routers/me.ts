import { Nothing } from '../../../protocol/inputs';
import { noteActivity, readMe } from '../../services/people/me';
import { procedure, router, unwrap } from '../init';

export const me = router({
  get: procedure('signed-in').query(async ({ ctx }) => unwrap(await readMe(ctx.deps, ctx.caller))),
  /** Somebody is using the page: the idle time starts anew. */
  active: procedure('signed-in')
    .input(Nothing)
    .mutation(async ({ ctx }) => {
      if (ctx.caller.session) await noteActivity(ctx.deps, ctx.caller.session);
      return {};
    })
});

export const catalogue = router({
  get: procedure('signed-in').query(({ ctx }) => ctx.deps.catalogue.catalogue)
});
