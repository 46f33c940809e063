import { LogCheckpoint, LogInconsistent, LogList } from '../../../protocol/inputs';
import { readCheckpoint } from '../../services/log/read-checkpoint';
import { reportInconsistent } from '../../services/log/report-inconsistent';
import { listLog, signInChart } from '../../services/read-log';
import { mutate } from '../../services/write-path';
import { procedure, router, unwrap } from '../init';

export const log = router({
  /** Which of the two permissions it takes depends on the view asked for. */
  list: procedure('signed-in')
    .input(LogList)
    .query(async ({ ctx, input }) => unwrap(await listLog(ctx.deps, ctx.caller, input))),
  signIns: procedure({ permission: 'tools.authentication_log.view' }).query(async ({ ctx }) =>
    unwrap(await signInChart(ctx.deps, ctx.caller))
  ),
  checkpoint: procedure('signed-in')
    .input(LogCheckpoint)
    .query(async ({ ctx, input }) => unwrap(await readCheckpoint(ctx.deps, ctx.caller, input))),
  reportInconsistent: procedure('signed-in')
    .input(LogInconsistent)
    .mutation(async ({ ctx, input }) => unwrap(await mutate(ctx.deps, ctx.caller, reportInconsistent, input)))
});
