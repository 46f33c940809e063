import type { IncomingMessage } from 'node:http';
import { routeFor, SIGNED_IN, type ForwardedRequest } from '../../../core/access/decisions/forward-routes';
import type { AdmittedKey } from '../../services/decisions/admit-key';
import type { AuthorityView } from '../../services/decisions/authority-view';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import { routeDecision } from '../../services/decisions/route-decision';
import type { RefusedPrograms } from '../../services/decisions/refused-programs';
import type { RequestFacts } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';
import { clientAddress, trustedProxies } from '../http/client-address';
import { admitRequest, sentKey } from './admit-request';
import { forwardedRequest, provesProxy } from './forwarded-request';
import type { KeyCounts } from '../http/program-limits';
import type { ProgramAnswer } from './program-route';
import { notKnown } from './refusals';
import type { OpenRoute } from './route-kinds';

export type ForwardRouteOptions = KeyCounts & {
  deps: Deps;
  view: AuthorityView;
  attempts: RefusedPrograms;
  /** Undefined: the endpoint is closed. */
  secret: string | undefined;
  /** Addresses of the proxies that may ask. */
  proxies: readonly string[];
};

const PATH = '/authz/forward';

/**
 * Endpoint that proxies ask before they let a request through (DEC-4): whether the holder of the key that came with
 * it has the permission that its route takes. The answer is 204, 401 or 403, never a redirect; what cannot be
 * decided is a no.
 */
export function forwardRoute({
  deps,
  view,
  attempts,
  secret,
  proxies,
  ...counts
}: ForwardRouteOptions): OpenRoute {
  const trusted = trustedProxies(proxies);
  return {
    method: 'GET',
    path: PATH,
    caller: 'proxy',
    limit: 'key',
    async answer(request, facts) {
      const isListed =
        facts.peer !== null && trusted.check(facts.peer, facts.peer.includes(':') ? 'ipv6' : 'ipv4');
      if (secret === undefined || !isListed || !provesProxy(request, secret)) return refused(403, 'proxy');
      const forwarded = forwardedRequest(request);
      if (typeof forwarded === 'number') return refused(forwarded, 'request');
      const known = await view.reach(null);
      return known
        ? judge(known, request, { ...facts, ...clientAddress(request, trusted) }, forwarded)
        : notKnown();
    }
  };

  async function judge(
    known: KnownAuthority,
    request: IncomingMessage,
    facts: RequestFacts,
    forwarded: ForwardedRequest
  ): Promise<ProgramAnswer> {
    const { outcome } = admitRequest(known, sentKey(request), facts, counts);
    if ('refused' in outcome) return outcome.refused;
    const { key } = outcome;
    const route = routeFor(known.forwardRoutes, forwarded, key.kind);
    // A route is about staff and applications unless it says so: "a key that works" must not let every client in
    // (decision 0064).
    if (!route || (key.kind === 'user' && !route.users)) return refused(403, 'no-route');
    const { takes } = route;
    const { decision, code } = decide(known, key, takes);
    const headers = {
      'x-rolecall-subject': `${key.kind}:${key.id}`,
      'x-rolecall-decision': code,
      // How far the log is tells how much others do, and proxies may pass on what they are told.
      ...(key.kind === 'user' ? {} : { 'rolecall-revision': String(known.revision) })
    };
    if (decision) {
      if (takes !== SIGNED_IN) deps.permits?.permitted(key.kind, key.id, [takes]);
      return { status: 204, headers };
    }
    // That sending is paused is in the log already, and nobody lacks anything for it.
    if (code !== 'paused') await attempts.refused(key, facts, { name: PATH, permission: takes });
    return { ...refused(403, code), headers };
  }
}

/** A key of a person is worth no more than it was made for (APP-5), whatever its person holds. */
function decide(known: KnownAuthority, key: AdmittedKey, takes: string): { decision: boolean; code: string } {
  const { decision, reason } = routeDecision(known, { type: key.kind, id: key.id }, takes, Date.now());
  return decision && takes !== SIGNED_IN && !key.permissions.has(takes)
    ? { decision: false, code: 'not-granted' }
    : { decision, code: reason.code };
}

function refused(status: 400 | 403, code: string): ProgramAnswer {
  return { status, body: { code }, headers: { 'x-rolecall-decision': code } };
}
