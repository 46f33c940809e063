import { notHeld, type Actor } from '../access';
import type { Refusal } from '../refusal';
import {
  comparableRoutePath,
  kindsOfRequests,
  NOBODY,
  permissionsAtStake,
  SIGNED_IN,
  type ForwardRoute,
  type NamedRoute
} from './forward-routes';

/** A table that everybody can read at a glance has far fewer. */
const MOST_ROUTES = 200;
/** Methods by hosts by paths: two tables are compared for each of them, which nothing else can be done beside. */
const MOST_KINDS = 10_000;

const PATH_RULE =
  'The path begins with “/” and is written as people read it: without “?”, “#”, “;”, “%”, “\\”, “//” and “..”.';

/** Name of the requests that a route is about, as people say it: `GET app.example.com/lists`. */
export function routeName({ method, host, path }: Pick<ForwardRoute, 'method' | 'host' | 'path'>): string {
  return `${method === '*' ? '' : `${method} `}${host === '*' ? '' : host}${path}`;
}

/**
 * A route as it is stored, or the refusal for what is none; `catalogue`: permissions that there are, and those that
 * users can hold.
 */
export function tidyRoute<R extends ForwardRoute>(
  route: R,
  catalogue: { isPermission(id: string): boolean; isForUsers(id: string): boolean }
): { route: R } | { refused: Refusal } {
  const path = comparableRoutePath(route.path);
  if (path === null) return { refused: { code: 'input/invalid', field: 'path', message: PATH_RULE } };
  const { takes } = route;
  // Of what nobody has there is nothing to let users through by.
  const users = route.users && takes !== NOBODY;
  if (takes === SIGNED_IN || takes === NOBODY) return { route: { ...route, path, users } };
  if (!catalogue.isPermission(takes))
    return { refused: { code: 'input/unknown-permission', field: 'takes', permissions: [takes] } };
  if (users && !catalogue.isForUsers(takes))
    return { refused: { code: 'input/not-for-users', permissions: [takes] } };
  return { route: { ...route, path, users } };
}

/**
 * Decides whether somebody may make `after` of the table `before`: nobody opens what they do not hold (ACC-2).
 * Null: they may.
 */
export function decideRoutes(
  actor: Actor,
  before: readonly ForwardRoute[],
  after: readonly ForwardRoute[]
): Refusal | null {
  if (after.length > MOST_ROUTES)
    return { code: 'input/invalid', field: 'path', message: `There can be at most ${MOST_ROUTES} routes.` };
  if (kindsOfRequests(before, after) > MOST_KINDS)
    return {
      code: 'input/invalid',
      field: 'path',
      message:
        'The routes name too many different methods, hosts and paths. Use “*” where it makes no difference.'
    };
  const permissions = notHeld(actor, permissionsAtStake(before, after));
  return permissions.length > 0 ? { code: 'access/not-held', permissions } : null;
}

/**
 * The table with a route in another place; null: there is no such place. @param before the id of the next one;
 * null: the end
 */
export function placed<R extends NamedRoute>(
  routes: readonly R[],
  route: R,
  before: string | null
): R[] | null {
  const others = routes.filter(({ id }) => id !== route.id);
  const at = before === null ? others.length : others.findIndex(({ id }) => id === before);
  return at < 0 ? null : [...others.slice(0, at), route, ...others.slice(at)];
}
