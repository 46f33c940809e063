import {
  AccessChanges,
  AccessEvaluate,
  AccessUnused,
  AccessWhat,
  AccessWho
} from '../../../../protocol/decision-inputs';
import { accessChanges } from '../../../services/decisions/access-changes';
import { explain, explainWhat, explainWho } from '../../../services/decisions/explain';
import { unusedPermissions } from '../../../services/decisions/unused-permissions';
import { procedure, router, unwrap } from '../init';

/** Procedures for the answers of the decision API, with their reasons in words (DEC-7). */
export const access = router({
  evaluate: procedure({ permission: 'tools.decisions.explain' })
    .input(AccessEvaluate)
    .query(async ({ ctx, input }) => unwrap(await explain(ctx, input))),
  who: procedure({ permission: 'tools.decisions.search' })
    .input(AccessWho)
    .query(async ({ ctx, input }) => unwrap(await explainWho(ctx, input))),
  what: procedure({ permission: 'tools.decisions.search' })
    .input(AccessWhat)
    .query(async ({ ctx, input }) => unwrap(await explainWhat(ctx, input))),
  /** It says what the log says: seeing the activity log is part of it. */
  changes: procedure({ permission: 'tools.decisions.explain' })
    .input(AccessChanges)
    .query(async ({ ctx, input }) => unwrap(await accessChanges(ctx, input))),
  /** Permissions that nobody used for 90 days (DEC-6). */
  unused: procedure({ permission: 'tools.decisions.search' })
    .input(AccessUnused)
    .query(async ({ ctx, input }) => unwrap(await unusedPermissions(ctx, input.of)))
});
