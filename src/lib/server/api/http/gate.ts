import type { IncomingMessage } from 'node:http';
import { policyOf, ROUTE_POLICIES, type RoutePolicy } from './route-policies';

export type GateRefusal = { status: number; message: string };

/** Rules that a request must fulfil before anything looks at it (SECURITY F5, F6, H-04, H-05, H-07). */
export type GateRules = {
  /** The public origin: what a browser sends as Origin, and whose host is what it sends as Host. */
  origin: string;
};

/** Those that any route takes. */
const METHODS = new Set(ROUTE_POLICIES.flatMap(({ methods }) => methods));
export const MAX_BODY_BYTES = 65_536;
const MAX_CALLS = 10;
const MAX_URL = 8192;
const TRPC = '/trpc/';
/** Procedures about credentials travel alone, so that a batch is no way around the throttle. */
const ALONE = /^(auth|setup)\./;

/** Judges a request by its head alone; null lets it pass. */
export function judgeRequest(request: IncomingMessage, rules: GateRules): GateRefusal | null {
  const { method = 'GET', url = '/', headers } = request;
  if (!METHODS.has(method)) return { status: 405, message: 'method not allowed' };
  if (!isOurHost(headers.host, rules.origin)) return { status: 421, message: 'unknown host' };
  if (url.length > MAX_URL) return { status: 414, message: 'address too long' };
  const path = url.split('?', 1)[0]!;
  if (!isPlainPath(path)) return { status: 400, message: 'malformed address' };
  const policy = policyOf(path);
  if (method === 'POST' || policy.body !== null) {
    const body = judgeBody(request);
    if (body) return body;
  }
  if (method === 'POST' && !isOurOrigin(request, rules.origin) && !isWithKey(request, policy))
    return { status: 403, message: 'request from another origin' };
  if (!policy.methods.includes(method)) return { status: 405, message: 'method not allowed' };
  return path.startsWith(TRPC) ? judgeTrpc(request, path) : null;
}

/** Number of calls in a request that passed the gate: of procedures, or for an export. Pages and files are none. */
export function callsOf({ url = '/' }: IncomingMessage): number {
  const path = url.split('?', 1)[0]!;
  const { cost } = policyOf(path);
  if (cost === 'calls') return decodeURIComponent(path.slice(TRPC.length)).split(',').length;
  return cost === 'one' ? 1 : 0;
}

/**
 * True for a path that means what it says, and whose escapes can be read. Kit resolves dots, backslashes and
 * whole addresses before it looks for a route: `/x/../trpc/a` would be judged here as a page and answered there as a
 * procedure.
 */
function isPlainPath(path: string): boolean {
  return (
    path.startsWith('/') &&
    canBeDecoded(path) &&
    URL.canParse(`http://host${path}`) &&
    new URL(`http://host${path}`).pathname === path
  );
}

/**
 * A call with a key is no browser's doing: a page of somebody else cannot send this header, and no cookie counts
 * beside it.
 */
function isWithKey({ headers }: IncomingMessage, { takesKeys }: RoutePolicy): boolean {
  return takesKeys && headers.authorization !== undefined;
}

/** The host a request names must be the public one: no cache, link or cookie is ever made for another. */
export function isOurHost(host: string | undefined, origin: string): boolean {
  return host !== undefined && host.toLowerCase() === new URL(origin).host;
}

/** True if a request names several hosts: a proxy on the way may look at one, we at another (RFC 9112 3.2). */
export function namesTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === 'host') hosts += 1;
  return hosts > 1;
}

/** True when a request comes from our own pages: exact Origin, and same-origin where the browser says so. */
export function isOurOrigin(request: IncomingMessage, origin: string): boolean {
  const site = request.headers['sec-fetch-site'];
  return request.headers.origin === origin && (site === undefined || site === 'same-origin');
}

function judgeBody({ headers, method }: IncomingMessage): GateRefusal | null {
  if (headers['transfer-encoding'] !== undefined)
    return { status: 411, message: 'content-length is required' };
  const length = headers['content-length'];
  if (method === 'POST' && length === undefined)
    return { status: 411, message: 'content-length is required' };
  if (Number(length ?? 0) > MAX_BODY_BYTES) return { status: 413, message: 'request is too large (64 KiB)' };
  return null;
}

function judgeTrpc({ method, headers, url = '' }: IncomingMessage, path: string): GateRefusal | null {
  if (method === 'POST') {
    const type = headers['content-type'] ?? '';
    if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(type))
      return { status: 415, message: 'content-type must be application/json' };
  }
  const calls = decodeURIComponent(path.slice(TRPC.length)).split(',');
  if (calls.length > MAX_CALLS) return { status: 400, message: `at most ${MAX_CALLS} calls in a batch` };
  if (calls.length > 1 && calls.some((name) => ALONE.test(name)))
    return { status: 400, message: 'this call travels alone' };
  if (calls.length > 1 && !/[?&]batch=1(&|$)/.test(url)) return { status: 400, message: 'malformed batch' };
  return null;
}

function canBeDecoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
