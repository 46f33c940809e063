import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FILES = resolve(import.meta.dirname, '../../build/web/client/_app/immutable');
const IMPORT = /(?:^|[;}\s])(?:import|export)\s*(?:[^;"'()]*?\bfrom\s*)?["'](\.[^"']+\.js)["']/g;

/** Scripts that a page of the built app loads before it runs, and their bytes as the server sends them by gzip. */
export type FirstLoad = { route: string; files: string[]; bytes: number };

/** The first load of every page, by the route that it is in the sources: "/(console)/roles/[id]". */
export function firstLoads(): FirstLoad[] {
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
      ...needed.map((node) => join(FILES, nodes.get(node)!))
    ]);
    return { route, files, bytes: files.reduce((sum, file) => sum + statSync(`${file}.gz`).size, 0) };
  });
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
