import { authzenRoutes, discoveryRoute } from '../lib/server/api/authzen/authzen-routes';
import type { PageKeys } from '../lib/server/api/authzen/page';
import { changesRoute } from '../lib/server/api/programs/changes-route';
import { leakedRoute } from '../lib/server/api/programs/leaked-route';
import { perNetwork } from '../lib/server/api/programs/per-network';
import { snapshotRoute } from '../lib/server/api/programs/snapshot-route';
import { openapiRoute } from '../lib/server/api/openapi/openapi-route';
import { capsRoutes } from '../lib/server/api/caps/routes';
import type { ProgramRoute } from '../lib/server/api/programs/program-route';
import type { Endpoint } from '../lib/server/api/programs/route-kinds';
import type { Env } from '../lib/server/env';
import { forwardRoute } from '../lib/server/api/programs/forward-route';
import type { AskGate } from '../lib/server/services/quotas/ask-gate';
import type { AskBatcher } from '../lib/server/services/quotas/merged-asks';
import type { SendRefusals } from '../lib/server/services/quotas/send-refusals';
import type { SendingLayers } from '../lib/server/services/quotas/sending-layers';
import type { AuthorityView } from '../lib/server/services/decisions/authority-view';
import type { RefusedPrograms } from '../lib/server/services/decisions/refused-programs';
import type { ToldDenials } from '../lib/server/services/decisions/told-denials';
import type { KeyCounts } from '../lib/server/api/http/program-limits';
import type { Deps } from '../lib/server/services/write-path/deps';

export type EndpointsOptions = KeyCounts & {
  deps: Deps;
  view: AuthorityView;
  layers: SendingLayers;
  refusals: SendRefusals;
  gate: AskGate;
  batcher: AskBatcher;
  denials: ToldDenials;
  attempts: RefusedPrograms;
  env: Env;
};

/** Rate limit of one network for documents that say the same to everybody: programs read them once. */
const DOCUMENTS = { burst: 20, perSecond: 2 };

/**
 * Every endpoint for programs (docs/api.md): one more route is one more line here, and one in
 * tests/integration/program-endpoints.test.ts.
 */
export function allEndpoints(options: EndpointsOptions): Endpoint[] {
  const { deps, view, uses, limits, calls, layers, refusals, gate, batcher, denials, attempts, env } =
    options;
  const routes: ProgramRoute[] = [
    ...authzenRoutes(view, pageKeys(deps), (caller, endpoint) => (reason, permission) => {
      if (reason.code === 'granted')
        deps.permits?.permitted(reason.principal.kind, reason.principal.id, [permission]);
      // A user asks about itself alone: that it may not is no attempt, and one program would fill the log with it
      // (decision 0064).
      else if (caller.kind !== 'user') denials.told(caller, endpoint, permission, reason);
    }),
    snapshotRoute(view),
    ...capsRoutes(deps, { layers, refusals, gate, batcher })
  ];
  const { FORWARD_AUTH_SECRET: secret, FORWARD_AUTH_PROXIES: proxies } = env;
  return [
    ...routes.map((route): Endpoint => ({ kind: 'program', route })),
    { kind: 'open', route: leakedRoute(deps) },
    { kind: 'open', route: perNetwork(DOCUMENTS, openapiRoute(env.ORIGIN)) },
    { kind: 'open', route: perNetwork(DOCUMENTS, discoveryRoute(env.ORIGIN)) },
    { kind: 'open', route: forwardRoute({ deps, view, attempts, uses, limits, calls, secret, proxies }) },
    { kind: 'stream', route: changesRoute(view) }
  ];
}

/** Keys that sign page tokens: every process of the installation has them. */
function pageKeys({ keyring }: Deps): PageKeys {
  const purpose = 'decisions/page/v1';
  return {
    mac: (message) => keyring.mac(purpose, message),
    macs: (message) => keyring.macs(purpose, message)
  };
}
