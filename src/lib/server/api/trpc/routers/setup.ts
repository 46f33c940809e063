import { CreateOwner } from '../../../../protocol/sign-in-inputs';
import { createOwner, setupNeeded } from '../../../services/sign-in/setup-owner';
import { readBranding } from '../../../services/settings/read-settings';
import { procedure, router, unwrap } from '../init';

export const setup = router({
  /** Facts for the first page, whoever looks at it: whether there is an owner, and the installation's own look. */
  status: procedure('public').query(async ({ ctx }) => ({
    needed: await setupNeeded(ctx.deps),
    branding: await readBranding(ctx.deps.db)
  })),
  createOwner: procedure('public')
    .input(CreateOwner)
    .mutation(async ({ ctx, input }) => {
      const { id, token, device } = unwrap(await createOwner(ctx.deps, ctx.caller, input));
      ctx.setSession(token, id);
      if (device) ctx.setDevice(device);
      return { id };
    })
});
