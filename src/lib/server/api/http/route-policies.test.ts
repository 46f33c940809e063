import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { callsOf, judgeRequest } from './gate';
import { policyOf, ROUTE_POLICIES, type RoutePolicy } from './route-policies';

const ORIGIN = 'http://localhost:3000';
const ALL = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'];
const PLAIN = {
  host: 'localhost:3000',
  origin: ORIGIN,
  'content-type': 'application/json',
  'content-length': '2'
};

/** An address that a route is asked at. */
const addressOf = ({ path }: RoutePolicy) => path.replace('*', 'roles.list');

/** The status that a request is refused with; 0: it is let through. */
function status(route: RoutePolicy, method: string, headers: Record<string, string> = {}): number {
  const request = { method, url: addressOf(route), headers: { ...PLAIN, ...headers } };
  return judgeRequest(request as unknown as IncomingMessage, { origin: ORIGIN })?.status ?? 0;
}

test('every route of the outer server is listed here with who may call it and what it costs', () => {
  const told = ROUTE_POLICIES.map(
    ({ path, methods, caller, body, takesKeys, cost }) =>
      `${methods.join(' ')} ${path}: ${caller}${takesKeys ? ', by key too' : ''}, body ${body}, costs ${cost}`
  );
  expect(told).toEqual([
    'GET /livez: anybody, body null, costs nothing',
    'GET /readyz: anybody, body null, costs nothing',
    'GET /metrics: monitoring, body null, costs nothing',
    'GET POST /trpc/*: procedure, by key too, body json, costs calls',
    'GET HEAD OPTIONS /export/*: session, body null, costs one',
    'GET HEAD OPTIONS /*: anybody, body null, costs nothing'
  ]);
});

describe.each(ROUTE_POLICIES.map((route) => [route.path, route] as const))(
  'the policy of %s is held',
  (_, route) => {
    test('by its methods, and no other passes', () => {
      expect(ALL.filter((method) => status(route, method) === 0)).toEqual(
        ALL.filter((method) => route.methods.includes(method))
      );
      for (const method of ALL.filter((each) => !route.methods.includes(each)))
        expect(status(route, method), method).toBe(405);
    });

    test('[SECURITY F5] what changes something comes from our own pages, or with a key where one is taken', () => {
      const elsewhere = { origin: 'https://elsewhere.example' };
      expect(status(route, 'POST', elsewhere)).toBe(403);
      const withKey = status(route, 'POST', { ...elsewhere, authorization: 'Bearer rck_live_x' });
      expect(withKey).toBe(route.takesKeys ? 0 : 403);
    });

    test('[SECURITY H-05] a body is no larger than 64 KiB, and JSON where one is taken', () => {
      expect(status(route, 'POST', { 'content-length': '65537' })).toBe(413);
      expect(status(route, 'POST', { 'content-type': 'text/plain' })).toBe(route.body === 'json' ? 415 : 405);
    });

    test('[SECURITY H-08] a request counts as what its route says that it costs', () => {
      const request = { url: addressOf(route) } as IncomingMessage;
      expect(callsOf(request)).toBe({ nothing: 0, one: 1, calls: 1 }[route.cost]);
      expect(policyOf(addressOf(route))).toBe(route);
    });
  }
);
