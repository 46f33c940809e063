import { readEnv } from '../../src/lib/server/env';
import { allEndpoints } from '../../src/programs/endpoints';

/** The routes of every endpoint for programs, of which nothing is asked: they stand on nothing. */
export function endpointRoutes(): ReturnType<typeof allEndpoints>[number]['route'][] {
  const view = { now: () => null, reach: () => Promise.resolve(null), follow: () => () => undefined };
  const endpoints = allEndpoints({
    view: view as never,
    deps: {} as never,
    uses: {} as never,
    limits: {} as never,
    layers: {} as never,
    refusals: {} as never,
    gate: {} as never,
    batcher: {} as never,
    calls: {} as never,
    denials: {} as never,
    attempts: {} as never,
    env: readEnv({})
  });
  return endpoints.map(({ route }) => route);
}
