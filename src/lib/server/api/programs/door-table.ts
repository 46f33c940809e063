import type { Door } from './route-kinds';

/** What a path leads to: a door, one that takes another method, or none although the path is of programs. */
export type Found = Door | { kind: 'method'; allow: string } | { kind: 'none' };

/** Finds the door for a request; null for what is not of programs. */
export function doorTable(doors: readonly Door[]): (method: string, path: string) => Found | null {
  const exact = new Map<string, Door[]>();
  const below: Door[] = [];
  /** Below them everything is of programs: a mistyped path is answered as one. */
  const places = new Set<string>();
  for (const door of doors) {
    const { path } = door.route;
    if (path.endsWith('/*')) below.push(door);
    else exact.set(path, [...(exact.get(path) ?? []), door]);
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
