import { COMMANDS } from '../../../../core/commands';
import { HandoverRecipients } from '../../../../protocol/handover-inputs';
import { declineHandover, settleHandover, withdrawHandover } from '../../../services/forwarding/end-handover';
import { findRecipients } from '../../../services/forwarding/find-recipients';
import { listHandovers } from '../../../services/forwarding/list-handovers';
import { sendHandover } from '../../../services/forwarding/send-handover';
import { command, procedure, router, through, unwrap } from '../init';

export const handovers = router({
  list: procedure('signed-in', 'session').query(async ({ ctx }) =>
    unwrap(await listHandovers(ctx.deps, ctx.caller))
  ),
  recipients: procedure({ permission: COMMANDS['handovers.send'].permission }, 'session')
    .input(HandoverRecipients)
    .query(async ({ ctx, input }) => unwrap(await findRecipients(ctx.deps, ctx.caller, input))),
  send: command('handovers.send').mutation(through(sendHandover)),
  /** This and the next are for its recipient, the last one for its sender. */
  settle: command('handovers.settle').mutation(through(settleHandover)),
  decline: command('handovers.decline').mutation(through(declineHandover)),
  withdraw: command('handovers.withdraw').mutation(through(withdrawHandover))
});
