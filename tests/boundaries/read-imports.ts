import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * One import as it is written: who imports, what (a path in the project, or the name of a package), and whether only
 * types.
 */
export type Import = { file: string; target: string; typeOnly: boolean };

/** Every source file outside of tests, as paths from the project's root. */
export const files = [
  ...['src', 'ws-server', 'verifier'],
  ...['client', 'haraka', 'postfix-log'].map((name) => `packages/${name}/src`)
]
  .flatMap((folder) => walk(folder))
  .filter(
    (file) => /\.(ts|mts|svelte|mjs|js)$/.test(file) && !/\.test\.ts$/.test(file) && !file.endsWith('.d.ts')
  );

const text = new Map<string, string>();

/** The text of a file. */
export function read(file: string): string {
  const known = text.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(join(PROJECT, file), 'utf8');
  text.set(file, source);
  return source;
}

/** Every file below a folder. */
export function walk(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Every import, export-from and dynamic import of a file. */
export function importsOf(file: string): Import[] {
  const statement =
    /^[ \t]*(import|export)[ \t]+(type[ \t]+)?([^'";=]{0,4000}?)\bfrom[ \t]*['"]([^'"\n]+)['"]|^[ \t]*import[ \t]*['"]([^'"\n]+)['"]|\bimport\((?:\/\*[^*]*\*\/)?[ \t]*['"]([^'"\n]+)['"]\)/gm;
  return [...read(file).matchAll(statement)].map((match) => {
    const names = /\{([^}]*)\}/.exec(match[3] ?? '')?.[1];
    const allTypes =
      names !== undefined &&
      /^\s*\{[^}]*\}\s*$/.test(match[3]!) &&
      names.split(',').every((name) => name.trim() === '' || /^type\s/.test(name.trim()));
    return {
      file,
      target: resolve(file, (match[4] ?? match[5] ?? match[6])!),
      typeOnly: match[2] !== undefined || allTypes
    };
  });
}

/** A path in the project, or the name of a package. */
function resolve(file: string, specifier: string): string {
  const path = specifier.startsWith('$lib/')
    ? `src/lib/${specifier.slice(5)}`
    : specifier.startsWith('.')
      ? posix.normalize(posix.join(dirname(file), specifier))
      : null;
  if (path === null) return specifier;
  const plain = path.replace(/\?(raw|url)$/, '');
  return [plain, `${plain}.ts`].find((each) => isFile(each)) ?? plain;
}

/** True if a path from the project's root is a file. */
export function isFile(path: string): boolean {
  return statSync(join(PROJECT, path), { throwIfNoEntry: false })?.isFile() ?? false;
}

/** True if a path is a place (a file or a folder) or lies in it. */
export const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** True if an import leads to a file of the project, not to a package. */
export const isProject = (target: string) =>
  ['src', 'ws-server', 'verifier', 'packages', 'scripts', 'tests', 'bench'].some((place) =>
    isIn(target, place)
  );
