import { LATER_ACTIONS } from '../access';

/** Values of `takes` that are no permission: any key that works will do, or nobody may pass. */
export const SIGNED_IN = 'signed-in';
export const NOBODY = 'nobody';

/** Route: the requests that it is about, and the permission they take (DEC-4). */
export type ForwardRoute = {
  /** The method in capitals; `*`: any. */
  method: string;
  /** The host in lower case, without a port; `*`: any. */
  host: string;
  /** The path and all below it: `/admin` is `/admin`, `/admin/` and `/admin/x`, not `/administrators`. */
  path: string;
  /** A permission, `signed-in` or `nobody`. */
  takes: string;
  /** True if keys of users are let through as well (TEN-5); else it is as if none of them had what it takes. */
  users: boolean;
};

/** A route with its name, for who edits the table. */
export type NamedRoute = ForwardRoute & { id: string };

/** A request that a proxy asks about. `host`: null where the proxy does not say. */
export type ForwardedRequest = { method: string; host: string | null; path: string };

/**
 * Parts of a path that may be read in two ways, by us and by what stands behind the proxy (also when written with
 * `%`).
 */
const AMBIGUOUS = /\/\/|[;\\%?#]|\/\.{1,2}(?:\/|$)|[. ](?:\/|$)|[\p{Cc}\p{Surrogate}]/u;
const ENCODED = /%(?:2e|2f|3b|5c|25|00|0d|0a|3f|23)/i;
/** Characters that a client may write in the path of an address; all else has to be written with `%`. */
const WRITTEN = /^\/[!-~]*$/;

/**
 * The path of a request's address as it is compared with routes: decoded, without its query.
 * @returns null for one that can be read in two ways, or not at all
 */
export function comparablePath(uri: string): string | null {
  if (uri.includes('#')) return null;
  const raw = uri.split('?', 1)[0]!;
  if (!WRITTEN.test(raw) || ENCODED.test(raw)) return null;
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  const loose = folded(path);
  const isSame = path.split('/').length === loose.split('/').length;
  return isSame && !AMBIGUOUS.test(path) && !AMBIGUOUS.test(loose) ? path : null;
}

/**
 * The first route that fits; undefined: none does, which is a no. What stands behind the proxy may tell capitals
 * apart or not, and a host that the proxy does not say could be any: the request is read in each way, and where
 * they take different things of whoever asks, none fits.
 * @param kind of the key's holder: whether users are let through is nothing to anybody else. A route that is found
 *   for a user may let none of them through
 */
export function routeFor<R extends ForwardRoute>(
  routes: readonly R[],
  { method, host, path }: ForwardedRequest,
  kind: string
): R | undefined {
  const takenBy = kind === 'user' ? ofUsers : ofStaff;
  const hosts = host === null ? new Set(['*', ...routes.map((route) => route.host)]) : [host];
  const [first, ...others] = [...hosts].flatMap((each) =>
    READINGS.map((_, reading) => firstOf(routes, { method, host: each, path }, reading))
  );
  return others.every((route) => takenBy(route) === takenBy(first)) ? first : undefined;
}

/** Number of kinds of requests that two tables tell apart: what a comparison of them costs. */
export function kindsOfRequests(before: readonly ForwardRoute[], after: readonly ForwardRoute[]): number {
  const { methods, hosts, paths } = namedIn([...before, ...after]);
  return methods.size * hosts.size * paths.size;
}

/**
 * Methods, hosts and paths that routes name. One stands for all that none names; a path is judged as the longest of
 * those named that it is below.
 */
function namedIn(routes: readonly ForwardRoute[]) {
  return {
    methods: new Set([...routes.map(({ method }) => method), '*']),
    hosts: new Set([...routes.map(({ host }) => host), '*']),
    paths: new Set(routes.map(({ path }) => path))
  };
}

/**
 * Permissions that stand for some request before or after a change of the table, where the change has it take
 * something else: whoever makes it must hold them all, so that nobody opens what they do not hold, and nobody shuts
 * what is not theirs to open again. What nobody has is opened again, or left without a route, by who holds
 * everything, now and later: else two changes would do what one may not. What a route takes of users is judged
 * apart: where none lets them through, or none is, it is what nobody of them has.
 */
export function permissionsAtStake(
  before: readonly ForwardRoute[],
  after: readonly ForwardRoute[]
): Set<string> {
  const { methods, hosts, paths } = namedIn([...before, ...after]);
  const stake = new Set<string>();
  for (const method of methods)
    for (const host of hosts)
      for (const path of paths)
        for (const reading of READINGS.keys()) {
          const [was, is] = [before, after].map((routes) => firstOf(routes, { method, host, path }, reading));
          for (const of of [ofStaff, ofUsers]) addStake(stake, of(was), of(is));
        }
  stake.delete(SIGNED_IN);
  stake.delete(NOBODY);
  return stake;
}

const ofStaff = (route: ForwardRoute | undefined) => route?.takes;
const ofUsers = (route: ForwardRoute | undefined) => (route?.users ? route.takes : NOBODY);

/** Adds what is at stake for a request that takes something else after a change; undefined: no route fits. */
function addStake(stake: Set<string>, was: string | undefined, is: string | undefined): void {
  if (was === is) return;
  for (const takes of [was, is]) if (takes !== undefined) stake.add(takes);
  // Where no route was, to shut takes nothing from anybody.
  if (was === NOBODY || (is === NOBODY && was !== undefined)) stake.add(LATER_ACTIONS);
}

/** Ways to read a path: as it is written, or by a program that does not tell capitals, or looks of letters, apart. */
const READINGS = [(path: string) => path, folded];

/** Routes with the folders that their paths are in each reading, kept as long as the table. */
const readings = new WeakMap<readonly ForwardRoute[], string[][]>();

function foldersOf(routes: readonly ForwardRoute[]): string[][] {
  const known = readings.get(routes);
  if (known) return known;
  const made = READINGS.map((read) => routes.map(({ path }) => folder(read(path))));
  readings.set(routes, made);
  return made;
}

/** The first route that fits in one of the readings. */
function firstOf<R extends ForwardRoute>(
  routes: readonly R[],
  { method, host, path }: { method: string; host: string; path: string },
  reading: number
): R | undefined {
  const folders = foldersOf(routes)[reading]!;
  const sought = `${READINGS[reading]!(path)}/`;
  return routes.find(
    (route, at) =>
      (route.method === '*' || route.method === method) &&
      (route.host === '*' || route.host === host) &&
      sought.startsWith(folders[at]!)
  );
}

/** `/admin/` is the same place as `/admin`. */
function folder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** A route's path as it is stored; null for one that no request could have. */
export function comparableRoutePath(path: string): string | null {
  if (!path.startsWith('/')) return null;
  try {
    return comparablePath(encodeURI(path)) === path ? path.replace(/(?<=.)\/$/, '') : null;
  } catch {
    return null;
  }
}

function folded(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase();
}
