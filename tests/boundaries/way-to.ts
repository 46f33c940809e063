import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
// Imports that leave code behind: not `import type`, not `import { type A }` alone. What is imported later, by
// `import()`, is none of them.
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:([^;'"]*?)\s+from\s+)?['"]([^'"]+)['"]/g;

/** The modules of the browser in a folder. */
export function pages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return pages(path);
    return /\.(svelte|ts)$/.test(name) && !/\.(server|test)\./.test(name) ? [path] : [];
  });
}

/**
 * The file that an import leads to; null when that is a package.
 * @throws when it is to lead to a file of the project and none is there
 */
export function fileOf(specifier: string, from: string): string | null {
  // What follows a question mark says how the file is to be taken.
  const [path = ''] = specifier.split('?');
  const base = path.startsWith('$lib/')
    ? join(ROOT, 'src/lib', path.slice(5))
    : path.startsWith('.')
      ? resolve(dirname(from), path)
      : null;
  if (base === null) return null;
  const file = [base, `${base}.ts`, `${base}.svelte`, `${base}.svelte.ts`].find(
    (p) => existsSync(p) && statSync(p).isFile()
  );
  if (file === undefined) throw new Error(`${relative(ROOT, from)}: ${specifier} leads to no file`);
  return file;
}

/** Chain of files that leads a package into the pages; null when none does. */
export function wayTo(wanted: string, starts: string[]): string[] | null {
  const queue = starts.map((path) => [path]);
  const seen = new Set(starts);
  for (let way = queue.shift(); way; way = queue.shift()) {
    const from = way.at(-1)!;
    for (const [, names, specifier = ''] of readFileSync(from, 'utf8').matchAll(IMPORT)) {
      const onlyTypes = /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}$/.test(names?.trim() ?? '');
      if (onlyTypes) continue;
      if (specifier === wanted || specifier.startsWith(`${wanted}/`)) return [...way, wanted];
      const next = fileOf(specifier, from);
      if (next === null || seen.has(next)) continue;
      seen.add(next);
      queue.push([...way, next]);
    }
  }
  return null;
}

/** A path from the project's root. */
export const inProject = (path: string) => join(ROOT, path);
