import {
  HandoverDecline,
  HandoverRecipients,
  HandoverSend,
  HandoverSettle,
  HandoverWithdraw
} from '../../../../protocol/handover-inputs';
import { declineHandover, settleHandover, withdrawHandover } from '../../../services/forwarding/end-handover';
import { findRecipients } from '../../../services/forwarding/find-recipients';
import { listHandovers } from '../../../services/forwarding/list-handovers';
import { sendHandover } from '../../../services/forwarding/send-handover';
import { mutate } from '../../../services/write-path/mutate';
import { procedure, router, unwrap } from '../init';

export const handovers = router({
  list: procedure('signed-in').query(async ({ ctx }) => unwrap(await listHandovers(ctx.deps, ctx.caller))),
  recipients: procedure({ permission: sendHandover.permission })
    .input(HandoverRecipients)
    .query(async ({ ctx, input }) => unwrap(await findRecipients(ctx.deps, ctx.caller, input))),
  send: procedure({ permission: sendHandover.permission })
    .input(HandoverSend)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, sendHandover, input))),
  /** This and the next are for its recipient, the last one for its sender. */
  settle: procedure('signed-in')
    .input(HandoverSettle)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, settleHandover, input))),
  decline: procedure('signed-in')
    .input(HandoverDecline)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, declineHandover, input))),
  withdraw: procedure('signed-in')
    .input(HandoverWithdraw)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, withdrawHandover, input)))
});
