import { authzenRoutes, discoveryRoute } from '../lib/server/api/authzen/authzen-routes';
import { capsRoutes } from '../lib/server/api/caps/routes';
import type { ProgramRoute } from '../lib/server/api/programs/program-route';
import type { Door } from '../lib/server/api/programs/route-kinds';
import type { Env } from '../lib/server/env';
import type { AuthorityView } from '../lib/server/services/decisions/authority-view';
import type { Deps } from '../lib/server/services/write-path/deps';

/** Every door for programs (docs/api.md): one more route is one more line here, and one in tests/integration/program-doors.test.ts. */
export function allDoors(deps: Deps, view: AuthorityView, env: Env): Door[] {
  const routes: ProgramRoute[] = [...authzenRoutes(view), ...capsRoutes(deps)];
  return [
    ...routes.map((route): Door => ({ kind: 'program', route })),
    { kind: 'open', route: discoveryRoute(env.ORIGIN) }
  ];
}
