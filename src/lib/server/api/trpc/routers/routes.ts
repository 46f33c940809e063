import { RouteTry } from '../../../../protocol/route-inputs';
import { createRoute, deleteRoute, moveRoute, updateRoute } from '../../../services/routes/route-commands';
import { listRoutes, tryRoute } from '../../../services/routes/read-routes';
import { command, procedure, router, through, unwrap } from '../init';

/** Procedures on routes: which permission each request that proxies ask about takes (DEC-4). */
export const routes = router({
  list: procedure({ permission: 'people.api_keys.list' }).query(async ({ ctx }) =>
    unwrap(await listRoutes(ctx.deps, ctx.caller))
  ),
  try: procedure({ permission: 'tools.decisions.explain' })
    .input(RouteTry)
    .query(async ({ ctx, input }) => unwrap(await tryRoute(ctx, input))),
  create: command('routes.create').mutation(through(createRoute)),
  update: command('routes.update').mutation(through(updateRoute)),
  move: command('routes.move').mutation(through(moveRoute)),
  delete: command('routes.delete').mutation(through(deleteRoute))
});
