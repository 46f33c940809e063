import { LogList } from '../../../protocol/inputs';
import { listLog, signInChart } from '../../services/read-log';
import { procedure, router, unwrap } from '../init';

export const log = router({
  /** Which of the two permissions it takes depends on the view asked for. */
  list: procedure('signed-in')
    .input(LogList)
    .query(async ({ ctx, input }) => unwrap(await listLog(ctx.deps, ctx.caller, input))),
  signIns: procedure({ permission: 'tools.authentication_log.view' }).query(async ({ ctx }) =>
    unwrap(await signInChart(ctx.deps, ctx.caller))
  )
});
