import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importedFirst, mergeChunks, type Chunk } from './merge-chunks.ts';

/** A bundler's module: what it imports at its start, what later, and its text. */
type Module = {
  importedIds: readonly string[];
  dynamicallyImportedIds: readonly string[];
  code: string | null;
};
type Graph = { getModuleInfo: (id: string) => Module | null };

const ROUTES = join(import.meta.dirname, '../src/routes');
const route = (path: string) => join(ROUTES, path);
const inLib = (path: string) => join(ROUTES, '../lib', path);
/** Frame around every page: files in `src/routes`. */
const AROUND = ['+layout.svelte', '+error.svelte'];
/** The pages of somebody who is not signed in, with what stands around them. */
export const DOOR = [...AROUND, ...['sign-in', 'setup', 'invitation'].map((page) => `${page}/+page.svelte`)];
/** Layout around every page of the console. */
const FRAME = ['(console)/+layout.svelte'];
/** Consoles that this layout loads besides, each for its own: files in `src/lib`. */
const STAFF = 'features/console/StaffConsole.svelte';
const USER = 'features/console/UserConsole.svelte';
/** Beneath the pages: the router's own modules are no page's, and every page's. */
const BENEATH = /\/@sveltejs\/kit\/|\/svelte\/src\/|vite\/preload-helper/;

/** More files than this are never shared by pages. */
const MOST = 80;

/**
 * Groups that say into which file a module goes that several pages share, by who needs it at their start: `base` is
 * what is needed before the sign-in and behind it, `frame` what every page of the console needs besides, `staff` what
 * every page of staff needs; what some pages share is put together so that few files bring few bytes that the page
 * does not need. A group takes all that its modules import along: what is imported by others stands before them in
 * the list.
 */
export function chunkGroups() {
  let ranks: Map<string, number> | null = null;
  return Array.from({ length: MOST }, (_, rank) => ({
    name: (id: string, graph: Graph) => {
      ranks ??= allRanks(graph);
      return (BENEATH.test(id) ? 0 : ranks.get(id)) === rank ? nameOf(rank) : null;
    },
    minShareCount: 2,
    priority: MOST - rank
  }));
}

const GROUPS = ['base', 'frame', 'staff'];
const nameOf = (rank: number) => GROUPS[rank] ?? `shared-${rank}`;

function allRanks(graph: Graph): Map<string, number> {
  const door = reached(DOOR.map(route), graph);
  const staff = reached([inLib(STAFF)], graph);
  const user = reached([inLib(USER)], graph);
  const both = [...staff].filter((id) => user.has(id));
  const frame = [...reached([...AROUND, ...FRAME].map(route), graph), ...both];
  const ranks = new Map<string, number>();
  for (const id of staff) ranks.set(id, door.has(id) ? 0 : 2);
  for (const id of frame) ranks.set(id, door.has(id) ? 0 : 1);
  const starts = startsOf([...DOOR, ...FRAME].map(route), graph);
  const pages = new Set(pagesIn(ROUTES));
  let rank = GROUPS.length;
  // Apart: in one file with what the console alone needs, a page before the sign-in would load the console.
  for (const isOfDoor of [true, false]) {
    const ofThese = (id: string) => !ranks.has(id) && door.has(id) === isOfDoor;
    const rest = starts.map((start) => [...reached([start], graph)].filter(ofThese));
    const { chunks, needed } = sharedChunks(rest, graph);
    const all = needed.map((each, index) => ({ chunks: each, isPage: pages.has(starts[index]!) }));
    for (const { ids } of importedFirst(mergeChunks(chunks, all))) {
      for (const id of ids) ranks.set(id, rank);
      rank++;
    }
  }
  return ranks;
}

/**
 * Modules that the same starts need, each lot a chunk, and which chunks each start needs.
 * @param needs the modules of each start
 */
function sharedChunks(needs: readonly string[][], graph: Graph): { chunks: Chunk[]; needed: number[][] } {
  const needers = new Map<string, number[]>();
  needs.forEach((ids, start) => {
    for (const id of ids) needers.set(id, [...(needers.get(id) ?? []), start]);
  });
  const lots = new Map<string, string[]>();
  for (const [id, by] of needers)
    if (by.length > 1) lots.set(by.join(), [...(lots.get(by.join()) ?? []), id]);
  const keys = [...lots.keys()].sort();
  const placeOf = new Map(keys.flatMap((key, index) => lots.get(key)!.map((id) => [id, index])));
  const chunks = keys.map((key, index) => {
    const ids = lots.get(key)!;
    const modules = ids.map((id) => graph.getModuleInfo(id));
    const imports = modules.flatMap((module) => module?.importedIds ?? []).map((id) => placeOf.get(id));
    return {
      ids,
      bytes: modules.reduce((sum, module) => sum + (module?.code?.length ?? 0), 0),
      imports: new Set(imports.filter((place) => place !== undefined && place !== index) as number[])
    };
  });
  const needed = needs.map((_, start) =>
    keys.flatMap((key, index) => (key.split(',').includes(String(start)) ? [index] : []))
  );
  return { chunks, needed };
}

/** Whatever is fetched by itself: every page, and every part that a page imports when it needs it. */
function startsOf(first: string[], graph: Graph): string[] {
  const starts = new Set([...first, ...pagesIn(ROUTES)]);
  for (const start of starts)
    for (const id of reached([start], graph))
      for (const part of graph.getModuleInfo(id)?.dynamicallyImportedIds ?? []) starts.add(part);
  return [...starts];
}

function pagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pagesIn(path);
    return entry.name === '+page.svelte' ? [path] : [];
  });
}

/** Everything that is loaded before these modules do anything. */
function reached(starts: string[], graph: Graph): Set<string> {
  const seen = new Set(starts);
  for (const id of seen) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) seen.add(next);
  return seen;
}
