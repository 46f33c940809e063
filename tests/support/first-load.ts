import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FILES = resolve(import.meta.dirname, '../../build/web/client/_app/immutable');
const IMPORT = /(?:^|[;}\s])(?:import|export)\s*(?:[^;"'()]*?\bfrom\s*)?["'](\.[^"']+\.js)["']/g;

/** Route around all pages behind the sign-in, and of Home. */
const CONSOLE = '/(console)';

/** Scripts that a page of the built app loads before it runs, and their bytes as the server sends them by gzip. */
export type FirstLoad = { route: string; files: string[]; bytes: number };

/**
 * Parts that a page begins with, each for its own (`shared/page/begin-own`), by words that stand in them alone: around
 * every page of the console, and Home.
 */
export const OWN = {
  staff: { around: 'Your role is now ', home: 'You and your team' },
  user: { around: 'Your package is now ', home: 'what-you-can-do' }
};

/**
 * First load of every page as staff or users load it, by the route that it is in the sources: "/(console)/roles/[id]".
 */
export function firstLoads(who: 'staff' | 'user' = 'staff'): FirstLoad[] {
  const app = fileIn('entry', 'app');
  const text = readFileSync(app, 'utf8');
  const nodes = new Map(
    [...text.matchAll(/nodes\/(\d+)\.[\w-]+\.js/g)].map(([path, node]) => [Number(node), path])
  );
  const routes = [...text.matchAll(/"(\/[^"]*)":\[~?(-?\d+)(?:,\[([\d,]*)\])?/g)];
  return routes.map(([, route = '', page, layouts = '']) => {
    // Two stand around every page: the outermost layout and what tells of an error.
    const needed = [0, 1, ...layouts.split(',').filter(Boolean).map(Number), Number(page)];
    const files = loadedWith([
      app,
      fileIn('entry', 'start'),
      ...needed.map((node) => join(FILES, nodes.get(node)!)),
      ...(route.startsWith(CONSOLE) ? [fileWith(OWN[who].around)] : []),
      ...(route === CONSOLE ? [fileWith(OWN[who].home)] : [])
    ]);
    return { route, files, bytes: files.reduce((sum, file) => sum + statSync(`${file}.gz`).size, 0) };
  });
}

/** The one file that has these words. */
export function fileWith(words: string): string {
  const folder = join(FILES, 'chunks');
  const found = readdirSync(folder)
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith('.js') && readFileSync(file, 'utf8').includes(words));
  if (found.length !== 1) throw new Error(`${found.length} files have “${words}”`);
  return found[0]!;
}

/** The files, and everything that they import at their start. */
function loadedWith(files: string[]): string[] {
  const seen = new Set(files);
  for (const file of seen)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT))
      seen.add(resolve(dirname(file), path));
  return [...seen];
}

function fileIn(folder: string, name: string): string {
  const found = readdirSync(join(FILES, folder)).find(
    (file) => file.startsWith(`${name}.`) && file.endsWith('.js')
  );
  if (!found) throw new Error(`no ${folder}/${name}: build first`);
  return join(FILES, folder, found);
}
