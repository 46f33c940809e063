import { OwnHistory, OwnLog } from '../../../../protocol/user-inputs';
import { readOwnLog } from '../../../services/account/own-log';
import { readOwnHistory, readOwnUsage } from '../../../services/account/own-usage';
import { procedure, router, unwrap } from '../init';

/** What a user sees of itself; for staff none of it is there. */
export const own = router({
  /** With the permission to see it, which the service asks for: of staff it asks for nothing. */
  usage: procedure('signed-in', 'session').query(async ({ ctx }) =>
    unwrap(await readOwnUsage(ctx.deps, ctx.caller))
  ),
  history: procedure('signed-in', 'session')
    .input(OwnHistory)
    .query(async ({ ctx, input }) => unwrap(await readOwnHistory(ctx.deps, ctx.caller, input))),
  /** Which of the two permissions it takes depends on the view asked for. */
  log: procedure('signed-in', 'session')
    .input(OwnLog)
    .query(async ({ ctx, input }) => unwrap(await readOwnLog(ctx.deps, ctx.caller, input)))
});
