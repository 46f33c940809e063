import { previewMails } from '../../../services/mail/preview-mails';
import { testMail } from '../../../services/mail/test-mail';
import { readSettings } from '../../../services/settings/read-settings';
import { updateSettings } from '../../../services/settings/update-settings';
import { readWebhook } from '../../../services/webhook/read-webhook';
import { testWebhook } from '../../../services/webhook/test-webhook';
import { rotateWebhookSecret, setWebhook } from '../../../services/webhook/webhook-commands';
import { command, procedure, router, through, unwrap } from '../init';

export const settings = router({
  /** The sections that the caller may see. */
  get: procedure('signed-in').query(async ({ ctx }) => unwrap(await readSettings(ctx.deps, ctx.caller))),
  /** Each section asks for its own permission. */
  update: command('settings.update').mutation(through(updateSettings)),
  /** Address that cap alerts are posted to, and how the deliveries go. */
  webhook: procedure({ permission: 'settings.integrations.view' }).query(async ({ ctx }) =>
    unwrap(await readWebhook(ctx.deps, ctx.caller))
  ),
  setWebhook: command('settings.setWebhook').mutation(through(setWebhook)),
  rotateWebhookSecret: command('settings.rotateWebhookSecret').mutation(through(rotateWebhookSecret)),
  testWebhook: command('settings.testWebhook').mutation(async ({ ctx, input }) =>
    unwrap(await testWebhook(ctx.deps, ctx.caller, input))
  ),
  /** Every mail in words, as it would be sent. */
  previewMails: procedure({ permission: 'settings.application.view' }).query(async ({ ctx }) =>
    unwrap(await previewMails(ctx.deps, ctx.caller))
  ),
  testMail: command('settings.testMail').mutation(async ({ ctx, input }) =>
    unwrap(await testMail(ctx.deps, ctx.caller, input))
  )
});
