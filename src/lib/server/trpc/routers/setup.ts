import { CreateOwner } from '../../../protocol/inputs';
import { createOwner, setupNeeded } from '../../services/people/setup-owner';
import { procedure, router, unwrap } from '../init';

export const setup = router({
  status: procedure('public').query(async ({ ctx }) => ({ needed: await setupNeeded(ctx.deps) })),
  createOwner: procedure('public')
    .input(CreateOwner)
    .mutation(async ({ ctx, input }) => {
      const { id, token } = unwrap(await createOwner(ctx.deps, ctx.caller, input));
      ctx.setSession(token);
      return { id };
    })
});
