import {
  LogChart,
  LogCheckpoint,
  LogCount,
  LogEntry,
  LogExportId,
  LogList
} from '../../../../protocol/log-inputs';
import { beginExport } from '../../../services/log/export/begin-export';
import { cancelExport } from '../../../services/log/export/end-export';
import { countLog, readExport } from '../../../services/log/export/read-export';
import { readCheckpoint } from '../../../services/log/upkeep/read-checkpoint';
import { readEntry } from '../../../services/log/reading/read-entry';
import { reportInconsistent } from '../../../services/log/upkeep/report-inconsistent';
import { keepFilters, savedFilters } from '../../../services/log/reading/saved-filters';
import { chartLog, listLog, signInChart } from '../../../services/log/reading/read-log';
import { command, procedure, router, through, unwrap } from '../init';

export const log = router({
  /** Entries of one view, which decides which of the two permissions is required. */
  list: procedure('signed-in')
    .input(LogList)
    .query(async ({ ctx, input }) => unwrap(await listLog(ctx.deps, ctx.caller, input))),
  chart: procedure('signed-in')
    .input(LogChart)
    .query(async ({ ctx, input }) => unwrap(await chartLog(ctx.deps, ctx.caller, input))),
  entry: procedure('signed-in')
    .input(LogEntry)
    .query(async ({ ctx, input }) => unwrap(await readEntry(ctx.deps, ctx.caller, input))),
  filters: procedure('signed-in', 'session').query(async ({ ctx }) =>
    unwrap(await savedFilters(ctx.deps, ctx.caller))
  ),
  keepFilters: command('log.keepFilters').mutation(through(keepFilters)),
  count: procedure('signed-in')
    .input(LogCount)
    .query(async ({ ctx, input }) => unwrap(await countLog(ctx.deps, ctx.caller, input))),
  /** Answers with an address: the export itself is a stream (http/export-route). */
  export: command('log.export').mutation(async ({ ctx, input }) =>
    unwrap(await beginExport(ctx.deps, ctx.caller, input))
  ),
  exportProgress: procedure('signed-in', 'session')
    .input(LogExportId)
    .query(async ({ ctx, input }) => unwrap(await readExport(ctx.deps, ctx.caller, input))),
  cancelExport: command('log.cancelExport').mutation(through(cancelExport)),
  signIns: procedure({ permission: 'tools.authentication_log.view' }).query(async ({ ctx }) =>
    unwrap(await signInChart(ctx.deps, ctx.caller))
  ),
  checkpoint: procedure('signed-in')
    .input(LogCheckpoint)
    .query(async ({ ctx, input }) => unwrap(await readCheckpoint(ctx.deps, ctx.caller, input))),
  reportInconsistent: command('log.reportInconsistent').mutation(through(reportInconsistent))
});
