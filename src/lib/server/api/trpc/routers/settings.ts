import { MailTest, SettingsUpdate } from '../../../../protocol/settings-inputs';
import { testMail } from '../../../services/mail/test-mail';
import { readSettings } from '../../../services/settings/read-settings';
import { updateSettings } from '../../../services/settings/update-settings';
import { procedure, router, unwrap } from '../init';

export const settings = router({
  /** The sections that the caller may see. */
  get: procedure('signed-in').query(async ({ ctx }) => unwrap(await readSettings(ctx.deps, ctx.caller))),
  /** Each section asks for its own permission. */
  update: procedure('signed-in')
    .input(SettingsUpdate)
    .mutation(async ({ ctx, input }) => unwrap(await updateSettings(ctx.deps, ctx.caller, input))),
  testMail: procedure({ permission: 'settings.application.edit_mail' })
    .input(MailTest)
    .mutation(async ({ ctx, input }) => unwrap(await testMail(ctx.deps, ctx.caller, input)))
});
