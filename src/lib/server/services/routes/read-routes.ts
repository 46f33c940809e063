import { routeName } from '../../../core/access/decisions/route-changes';
import { comparablePath, routeFor } from '../../../core/access/decisions/forward-routes';
import type { DecisionSubject } from '../../../core/access/decisions/evaluate';
import type { CatalogueIndex } from '../../../core/access/catalogue';
import { decisionReason } from '../../../core/wording/decisions';
import { readRoutes as readRows } from '../../db/tables/forward-routes-table';
import type { AuthorityView } from '../decisions/authority-view';
import { routeDecision, type RouteReason } from '../decisions/route-decision';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';

export type RouteSummary = {
  id: string;
  /** The method in capitals; `*`: any. */
  method: string;
  /** `*`: any. */
  host: string;
  path: string;
  /** A permission, `signed-in` or `nobody`. */
  takes: string;
  /** True if keys of users are let through as well. */
  users: boolean;
  seq: number;
};

export type RouteTried = {
  decision: boolean;
  /** `no-route`, `request`, `signed-in`, `nobody`, or a reason of decisions. */
  code: string;
  /** The route in words. */
  text: string;
  /** The route that decided; null: none did. */
  route: { id: string; name: string } | null;
};

const NO_USERS = 'The route lets no keys of users through.';
const VIEW = 'people.api_keys.list' as const;

/** All routes in the order in which they are tried. */
export function listRoutes(deps: Deps, caller: Caller): Promise<RefusalOr<RouteSummary[]>> {
  return ask<RouteSummary[]>(deps, caller, { name: 'routes.list', permission: VIEW }, async () => ({
    answer: (await readRows(deps.db)).map(({ id, method, host, path, takes, users, seq }) => ({
      ...{ id, method, host, path, takes, users, seq }
    }))
  }));
}

/**
 * Answer a proxy would get about a request of somebody whose key works, with its reason. Takes the right to ask
 * for a decision with reasons.
 */
export function tryRoute(
  { deps, authority, caller }: { deps: Deps; authority: AuthorityView; caller: Caller },
  input: { method: string; url: string; subject: DecisionSubject }
): Promise<RefusalOr<RouteTried>> {
  const question = { name: 'routes.try', permission: 'tools.decisions.explain' as const };
  return ask<RouteTried>(deps, caller, question, async (actor) => {
    if (!actor.permissions.has(VIEW))
      return { refused: { code: 'access/permission-required', permission: VIEW } };
    const request = readUrl(input.url);
    if (!request)
      return {
        refused: {
          code: 'input/invalid',
          field: 'url',
          message: 'Enter an address that begins with https:// or http://.'
        }
      };
    const path = comparablePath(request.uri);
    if (path === null)
      return {
        answer: none('request', 'The path of this address can be read in two ways, so it is refused.')
      };
    const { method, subject } = input;
    const route = routeFor(await readRows(deps.db), { method, host: request.host, path }, subject.type);
    if (!route) return { answer: none('no-route', 'No route fits this request, so it is refused.') };
    const known = await authority.reach(null);
    if (!known) return { refused: { code: 'busy', retryAfter: 1 } };
    const found = { id: route.id, name: routeName(route) };
    if (subject.type === 'user' && !route.users)
      return { answer: { ...none('no-route', NO_USERS), route: found } };
    const { decision, reason } = routeDecision(known, subject, route.takes, Date.now());
    const { code } = reason;
    const text = reasonText(deps.catalogue, reason);
    return { answer: { decision, code, text, route: found } };
  });
}

function none(code: 'request' | 'no-route', text: string): RouteTried {
  return { decision: false, code, text, route: null };
}

function reasonText(catalogue: CatalogueIndex, reason: RouteReason): string {
  if (reason.code === 'signed-in') return 'The route lets anyone through who has a working key.';
  if (reason.code === 'nobody') return 'The route refuses everyone.';
  return decisionReason(catalogue, reason);
}

/**
 * The host and the path with its query as they are written: a parsed address would have its dots and slashes
 * tidied.
 */
function readUrl(text: string): { host: string; uri: string } | null {
  const [, host, uri] = /^https?:\/\/([^/?#@\s]+?)(?::\d{1,5})?((?:[/?#].*)?)$/iu.exec(text.trim()) ?? [];
  if (host === undefined || uri === undefined) return null;
  return { host: host.toLowerCase(), uri: uri.startsWith('/') ? uri : `/${uri}` };
}
