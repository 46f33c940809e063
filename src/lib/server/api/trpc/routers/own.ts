import { OwnLog } from '../../../../protocol/user-inputs';
import { readOwnLog } from '../../../services/account/own-log';
import { readOwnUsage } from '../../../services/account/own-usage';
import { procedure, router, unwrap } from '../init';

/** What a user sees of itself; for staff none of it is there. */
export const own = router({
  usage: procedure({ permission: 'quotas.admin_quota.view_usage_own' }, 'session').query(async ({ ctx }) =>
    unwrap(await readOwnUsage(ctx.deps, ctx.caller))
  ),
  /** Which of the two permissions it takes depends on the view asked for. */
  log: procedure('signed-in', 'session')
    .input(OwnLog)
    .query(async ({ ctx, input }) => unwrap(await readOwnLog(ctx.deps, ctx.caller, input)))
});
