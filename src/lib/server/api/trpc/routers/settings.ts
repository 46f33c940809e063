import { testMail } from '../../../services/mail/test-mail';
import { readSettings } from '../../../services/settings/read-settings';
import { updateSettings } from '../../../services/settings/update-settings';
import { command, procedure, router, unwrap } from '../init';

export const settings = router({
  /** The sections that the caller may see. */
  get: procedure('signed-in').query(async ({ ctx }) => unwrap(await readSettings(ctx.deps, ctx.caller))),
  /** Each section asks for its own permission. */
  update: command('settings.update').mutation(async ({ ctx, input }) =>
    unwrap(await updateSettings(ctx.deps, ctx.caller, input))
  ),
  testMail: command('settings.testMail').mutation(async ({ ctx, input }) =>
    unwrap(await testMail(ctx.deps, ctx.caller, input))
  )
});
