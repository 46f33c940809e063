/** Which requests take which permission (DEC-4). */
export type ForwardRoute = {
  /** In capitals; `*`: any. */
  method: string;
  /** In lower case, without a port; `*`: any. */
  host: string;
  /** The path and all below it: `/admin` is `/admin` and `/admin/x`, not `/administrators`. */
  path: string;
  permission: string;
};

/** A request that a proxy asks about. `host`: null where the proxy does not say. */
export type ForwardedRequest = { method: string; host: string | null; path: string };

/** What may be read in two ways, by us and by what stands behind the proxy (also when it is written with `%`). */
const AMBIGUOUS = /\/\/|[;\\]|\/\.{1,2}(?:\/|$)|[\p{Cc}\p{Surrogate}]|%/u;
const ENCODED = /%(?:2e|2f|3b|5c|25|00|0d|0a)/i;

/**
 * The path of a request's address as it is compared with routes: decoded, without its query.
 * @returns null for one that can be read in two ways, or not at all
 */
export function comparablePath(uri: string): string | null {
  const raw = uri.split(/[?#]/, 1)[0]!;
  if (!raw.startsWith('/') || ENCODED.test(raw)) return null;
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  return AMBIGUOUS.test(path) ? null : path;
}

/** The first route that fits; undefined: none does, which is a no. */
export function routeFor(
  routes: readonly ForwardRoute[],
  request: ForwardedRequest
): ForwardRoute | undefined {
  return routes.find(
    ({ method, host, path }) =>
      (method === '*' || method === request.method) &&
      (host === '*' || host === request.host) &&
      isBelow(request.path, path)
  );
}

function isBelow(path: string, prefix: string): boolean {
  const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return path === prefix || path.startsWith(folder);
}
