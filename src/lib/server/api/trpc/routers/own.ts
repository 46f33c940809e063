import { OwnHistory, OwnLog } from '../../../../protocol/user-inputs';
import { readOwnLog } from '../../../services/account/own-log';
import { readOwnHistory, readOwnUsage } from '../../../services/account/own-usage';
import { procedure, router, unwrap } from '../init';

/** Procedures for what a user sees of itself, with a key of its own as well; for staff none of it is there. */
export const own = router({
  /** Procedures that take the permission to see it, which the service asks for: of staff it asks for nothing. */
  usage: procedure('signed-in').query(async ({ ctx }) => unwrap(await readOwnUsage(ctx.deps, ctx.caller))),
  history: procedure('signed-in')
    .input(OwnHistory)
    .query(async ({ ctx, input }) => unwrap(await readOwnHistory(ctx.deps, ctx.caller, input))),
  /** Entries of one view, which decides which of the two permissions is required. */
  log: procedure('signed-in')
    .input(OwnLog)
    .query(async ({ ctx, input }) => unwrap(await readOwnLog(ctx.deps, ctx.caller, input)))
});
