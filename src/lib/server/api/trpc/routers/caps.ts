import { CapsHistory, CapsRefusals, CapsUsage } from '../../../../protocol/cap-command-inputs';
import { pauseSending, resumeSending } from '../../../services/quotas/pause';
import { endRaise, raiseCap } from '../../../services/quotas/raise';
import { readSendingLayers } from '../../../services/quotas/read-sending-layers';
import { readSendRefusals } from '../../../services/quotas/send-refusals';
import { resetCounter } from '../../../services/quotas/reset-counter';
import { readHistory, readUsage } from '../../../services/quotas/usage';
import { command, procedure, router, through, unwrap } from '../init';

/** Procedures on how much is sent, and on who may not send. */
export const caps = router({
  /** Caps of oneself, or of others: each takes its own permission. */
  usage: procedure('signed-in')
    .input(CapsUsage)
    .query(async ({ ctx, input }) => unwrap(await readUsage(ctx.deps, ctx.caller, input))),
  history: procedure('signed-in')
    .input(CapsHistory)
    .query(async ({ ctx, input }) => unwrap(await readHistory(ctx.deps, ctx.caller, input))),
  /** Refusals of senders, with their reasons. */
  refusals: procedure('signed-in')
    .input(CapsRefusals)
    .query(async ({ ctx, input }) => unwrap(await readSendRefusals(ctx.deps, ctx.caller, input))),
  layers: procedure({ permission: 'quotas.ledger.view_usage' }).query(async ({ ctx }) =>
    unwrap(await readSendingLayers(ctx.deps, ctx.caller))
  ),
  pause: command('caps.pause').mutation(through(pauseSending)),
  resume: command('caps.resume').mutation(through(resumeSending)),
  raise: command('caps.raise').mutation(through(raiseCap)),
  endRaise: command('caps.endRaise').mutation(through(endRaise)),
  reset: command('caps.reset').mutation(through(resetCounter))
});
