import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
// Imports that leave code behind: not `import type`, not `import { type A }` alone.
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:([^;'"]*?)\s+from\s+)?['"]([^'"]+)['"]/g;

function pages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return pages(path);
    return /\.(svelte|ts)$/.test(name) && !/\.(server|test)\./.test(name) ? [path] : [];
  });
}

function fileOf(specifier: string, from: string): string | null {
  const base = specifier.startsWith('$lib/')
    ? join(ROOT, 'src/lib', specifier.slice(5))
    : specifier.startsWith('.')
      ? resolve(dirname(from), specifier)
      : null;
  if (base === null) return null;
  return (
    [base, `${base}.ts`, `${base}.svelte`, `${base}.svelte.ts`].find(
      (p) => existsSync(p) && statSync(p).isFile()
    ) ?? null
  );
}

/** How a package gets into the pages: the chain of files that leads to it; null when it does not. */
function wayTo(wanted: string, starts: string[]): string[] | null {
  const queue = starts.map((path) => [path]);
  const seen = new Set(starts);
  for (let way = queue.shift(); way; way = queue.shift()) {
    const from = way.at(-1)!;
    for (const [, names, specifier = ''] of readFileSync(from, 'utf8').matchAll(IMPORT)) {
      const onlyTypes = /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}$/.test(names?.trim() ?? '');
      if (onlyTypes) continue;
      if (specifier === wanted) return [...way, wanted];
      const next = fileOf(specifier, from);
      if (next === null || seen.has(next)) continue;
      seen.add(next);
      queue.push([...way, next]);
    }
  }
  return null;
}

const routes = pages(join(ROOT, 'src/routes'));

test.each(['zod', 'drizzle-orm', 'postgres', 'ws'])('no page loads %s', (name) => {
  const way = wayTo(name, routes);
  expect(
    way,
    'cut one link of this chain: move what the page needs into a file without the package'
  ).toBeNull();
});

test('the search finds what pages do load', () => {
  expect(wayTo('yjs', routes)).not.toBeNull();
});
