import type { Endpoint } from './route-kinds';

/** Result for a path: an endpoint, one that takes another method, or none although the path is of programs. */
export type Found = Endpoint | { kind: 'method'; allow: string } | { kind: 'none' };

/** Finds the endpoint for a request; null for what is not of programs. */
export function endpointTable(
  endpoints: readonly Endpoint[]
): (method: string, path: string) => Found | null {
  const exact = new Map<string, Endpoint[]>();
  const below: Endpoint[] = [];
  /** Places below which everything is of programs: a mistyped path is answered as one. */
  const places = new Set<string>();
  for (const endpoint of endpoints) {
    const { path } = endpoint.route;
    if (path.endsWith('/*')) below.push(endpoint);
    else exact.set(path, [...(exact.get(path) ?? []), endpoint]);
    const parts = path.split('/');
    if (parts.length > 3) places.add(`/${parts[1]}/${parts[2]}/`);
  }
  return (method, path) => {
    const at = exact.get(path) ?? below.filter(({ route }) => path.startsWith(route.path.slice(0, -1)));
    const found = at.find(({ route }) => route.method === method);
    if (found) return found;
    if (at.length > 0) return { kind: 'method', allow: at.map(({ route }) => route.method).join(', ') };
    const [, first, second] = path.split('/');
    return places.has(`/${first}/${second}/`) ? { kind: 'none' } : null;
  };
}
