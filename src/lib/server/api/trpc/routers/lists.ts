import { beginListExport } from '../../../services/log/export/begin-list-export';
import { command, router, unwrap } from '../init';

export const lists = router({
  /** Answers with an address, as the export of the log does (http/export-route). */
  export: command('lists.export').mutation(async ({ ctx, input }) =>
    unwrap(await beginListExport(ctx.deps, ctx.caller, input))
  )
});
