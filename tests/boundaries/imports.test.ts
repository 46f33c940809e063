import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// Who may import whom (docs/architecture.md). A failure names the import and says how to mend it.

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

type Rule = {
  /** Folders whose modules may be imported, besides one's own. */
  may: string[];
  /** Folders that may be imported with `import type` alone. */
  types?: string[];
  /** npm packages and Node's own modules: all of them, or those listed. */
  packages: 'all' | string[];
  mend: string;
};

const SERVER = 'src/lib/server';
const RULES: [string, Rule][] = [
  [
    'src/lib/core',
    { may: [], packages: [], mend: 'core is pure: pass in what it needs, move what acts to a service' }
  ],
  [
    'src/lib/protocol',
    {
      may: ['src/lib/core'],
      packages: ['uuid', 'zod'],
      mend: 'protocol knows core, zod and how ids are made'
    }
  ],
  [
    'src/lib/docs',
    {
      may: ['src/lib/core', 'src/lib/protocol'],
      packages: ['yjs'],
      mend: 'documents know core, protocol and yjs: reading rows for them is the sequencer’s job'
    }
  ],
  [
    `${SERVER}/db`,
    {
      may: ['src/lib/core', `${SERVER}/env.ts`],
      packages: 'all',
      mend: 'db holds SQL alone: decide in a service'
    }
  ],
  [
    `${SERVER}/auth`,
    {
      may: ['src/lib/core', `${SERVER}/env.ts`, `${SERVER}/db`],
      packages: 'all',
      mend: 'auth stands on core and db: use cases are services'
    }
  ],
  [
    `${SERVER}/services`,
    {
      may: ['src/lib/core', 'src/lib/protocol', 'src/lib/docs', `${SERVER}/db`, `${SERVER}/auth`],
      packages: 'all',
      mend: 'services know nothing of HTTP and tRPC: hand the facts in (services/caller.ts)'
    }
  ],
  [
    `${SERVER}/trpc`,
    {
      may: ['src/lib/core', 'src/lib/protocol', `${SERVER}/services`],
      packages: ['@trpc/server', 'zod'],
      mend: 'tRPC translates: move what acts into a service'
    }
  ],
  [
    `${SERVER}/http`,
    {
      may: ['src/lib/core', `${SERVER}/env.ts`, `${SERVER}/services`],
      packages: 'all',
      mend: 'the HTTP server knows core, env and services'
    }
  ],
  [`${SERVER}/env.ts`, { may: [], packages: 'all', mend: 'env reads settings and nothing else' }],
  [`${SERVER}/logger.ts`, { may: ['src/lib/core'], packages: 'all', mend: 'the logger knows core alone' }],
  [
    'src/lib/client',
    {
      may: ['src/lib/core', 'src/lib/protocol', 'src/lib/docs'],
      types: [`${SERVER}/trpc/router.ts`],
      packages: 'all',
      mend: 'the browser never loads the server: of it, only the router’s type may be imported, with `import type`'
    }
  ],
  [
    'src/lib/components/ui',
    { may: [], packages: 'all', mend: 'ui has no domain: move it to components, or pass data in' }
  ],
  [
    'src/lib/components',
    {
      may: ['src/lib/core', 'src/lib/client', 'src/lib/components/ui'],
      packages: 'all',
      mend: 'components render: reading documents and calling procedures belong into a controller in client'
    }
  ],
  [
    'src/params',
    {
      may: ['src/lib/core', 'src/lib/protocol'],
      packages: ['@sveltejs/kit'],
      mend: 'a matcher looks at a word alone'
    }
  ],
  [
    'src/routes',
    {
      may: ['src/app.css', 'src/lib/core', 'src/lib/protocol', 'src/lib/client', 'src/lib/components'],
      packages: 'all',
      mend: 'routes are thin: use a component or a controller'
    }
  ],
  [
    'ws-server',
    {
      may: [
        'src/lib/core',
        'src/lib/protocol',
        'src/lib/docs',
        ...['services', 'auth', 'db', 'http', 'env.ts'].map((each) => `${SERVER}/${each}`)
      ],
      packages: 'all',
      mend: 'ws-server serves documents: it knows no tRPC and no pages'
    }
  ],
  [
    'verifier',
    {
      may: [],
      packages: ['postgres', 'node:crypto', 'node:fs', 'node:util'],
      mend: 'the verifier judges the program: it shares no code with it, and needs nothing but Node to read an export'
    }
  ]
];
/** Where everything is put together. They may import all that is below them. */
const ROOTS = [
  'src/hooks.server.ts',
  'src/hooks.client.ts',
  'src/app.d.ts',
  'ws-server/main.ts',
  'src/service-worker.ts'
];
const FOLDERS = ['src', 'ws-server', 'verifier'];

type Import = { file: string; target: string; typeOnly: boolean };

const files = FOLDERS.flatMap((folder) => walk(folder)).filter(
  (file) => /\.(ts|mts|svelte|mjs|js)$/.test(file) && !/\.test\.ts$/.test(file) && !file.endsWith('.d.ts')
);
const text = new Map(files.map((file) => [file, readFileSync(join(PROJECT, file), 'utf8')]));

function walk(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Every import, export-from and dynamic import of a file. */
function importsOf(file: string): Import[] {
  const source = text.get(file)!;
  const statement =
    /^[ \t]*(import|export)[ \t]+(type[ \t]+)?([^'";=]{0,4000}?)\bfrom[ \t]*['"]([^'"\n]+)['"]|^[ \t]*import[ \t]*['"]([^'"\n]+)['"]|\bimport\((?:\/\*[^*]*\*\/)?[ \t]*['"]([^'"\n]+)['"]\)/gm;
  return [...source.matchAll(statement)].map((match) => {
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

function isFile(path: string): boolean {
  return statSync(join(PROJECT, path), { throwIfNoEntry: false })?.isFile() ?? false;
}

const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
const ruleOf = (file: string) => RULES.find(([place]) => isIn(file, place));
const isProject = (target: string) =>
  isIn(target, 'src') ||
  isIn(target, 'ws-server') ||
  isIn(target, 'verifier') ||
  isIn(target, 'scripts') ||
  isIn(target, 'tests') ||
  isIn(target, 'bench');

function offence({ file, target, typeOnly }: Import): string | null {
  if (ROOTS.includes(file)) return null;
  const found = ruleOf(file);
  if (!found) return `${file}: no rule says what this file may import: add its folder to the table`;
  const [place, rule] = found;
  if (!isProject(target)) {
    // SvelteKit's own aliases and Svelte are part of every page.
    if (target.startsWith('$app/') || target.startsWith('$env/') || target.startsWith('./$types'))
      return null;
    const allowed =
      rule.packages === 'all' ||
      rule.packages.some((name) => target === name || target.startsWith(`${name}/`));
    if (allowed) return null;
    return `${file} imports ${target}: ${rule.mend}`;
  }
  if (isIn(target, place) && ruleOf(target)?.[0] === place) return null;
  if (rule.may.some((each) => isIn(target, each))) return null;
  if (typeOnly && rule.types?.some((each) => isIn(target, each))) return null;
  if (place === 'src/routes' && isServerRoute(file) && isServerSide(target)) return null;
  return `${file} imports ${target}: ${rule.mend}`;
}

const isServerRoute = (file: string) => /(\.server\.ts|\+server\.ts)$/.test(file);
const isServerSide = (target: string) => isIn(target, `${SERVER}/services`) || isIn(target, `${SERVER}/trpc`);

test('imports point one way', () => {
  const offences = files.flatMap(importsOf).map(offence).filter(Boolean);
  expect(offences).toEqual([]);
});

test('this test reads imports: it finds many, of every form', () => {
  const all = files.flatMap(importsOf);
  expect(all.length).toBeGreaterThan(400);
  expect(all.some((each) => each.typeOnly)).toBe(true);
  expect(all.some(({ target }) => target === 'src/lib/server/trpc/router.ts')).toBe(true);
  expect(
    all
      .filter(({ target }) => isProject(target) && !isFile(target))
      .map((each) => `${each.file}: ${each.target}`)
  ).toEqual([]);
});

test('what is forbidden is found', () => {
  const bad = (file: string, target: string, typeOnly = false) =>
    offence({ file, target, typeOnly }) !== null;
  expect(bad('src/lib/core/x.ts', 'node:crypto')).toBe(true);
  expect(bad('src/lib/core/x.ts', 'src/lib/server/db/client.ts', true)).toBe(true);
  expect(bad('src/lib/client/x.ts', 'src/lib/server/trpc/router.ts', true)).toBe(false);
  expect(bad('src/lib/client/x.ts', 'src/lib/server/trpc/router.ts')).toBe(true);
  expect(bad('src/lib/components/ui/X.svelte', 'src/lib/core/names.ts')).toBe(true);
  expect(bad('src/lib/components/X.svelte', 'src/lib/docs/cells.ts', true)).toBe(true);
  expect(bad('src/lib/server/trpc/x.ts', 'src/lib/server/db/client.ts')).toBe(true);
  expect(bad('src/lib/server/services/x.ts', 'src/lib/server/http/gate.ts')).toBe(true);
  expect(bad('src/routes/+page.svelte', 'src/lib/server/services/deps.ts')).toBe(true);
  expect(bad('verifier/x.mjs', 'src/lib/core/audit/tree.ts')).toBe(true);
  expect(bad('src/lib/server/services/x.ts', 'verifier/bytes.mjs')).toBe(true);
  expect(bad('src/lib/utils/x.ts', 'zod')).toBe(true);
});

test('SQL is written in server/db alone: elsewhere call a function of a table there', () => {
  const offences = [...files, ...walk('scripts').filter((file) => file.endsWith('.ts'))].filter((file) => {
    // The verifier may not use the program's.
    if (isIn(file, `${SERVER}/db`) || file === 'verifier/read-database.mjs') return false;
    const source = text.get(file) ?? readFileSync(join(PROJECT, file), 'utf8');
    return /\bsql`|from 'drizzle-orm|from 'postgres'|\.unsafe\(|\.execute\(/.test(source);
  });
  expect(offences).toEqual([]);
});

test('modules re-export nothing of other modules: import from where it is made', () => {
  const offences = files.filter((file) =>
    /^\s*export\s+(\*|\{[^}]*\}|type\s+\{[^}]*\})\s*from\s/m.test(text.get(file)!)
  );
  expect(offences).toEqual([]);
  expect(files.filter((file) => /(^|\/)index\.(ts|js)$/.test(file))).toEqual([]);
});

test('nothing prints to the console: the log is services/deps.ts’s Log', () => {
  expect(files.filter((file) => /\bconsole\.(log|info|warn|error|debug)\b/.test(text.get(file)!))).toEqual(
    []
  );
});

test('core reads no clock, makes no ids and draws no lots', () => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|crypto\.|performance\.now\(|\bfetch\(|\bprocess\./;
  expect(files.filter((file) => isIn(file, 'src/lib/core') && impure.test(text.get(file)!))).toEqual([]);
});

test('no folder is named after nothing in particular', () => {
  const vague = /(^|\/)(utils?|helpers?|misc|common|shared)(\/|\.ts$)/;
  expect(files.filter((file) => vague.test(file))).toEqual([]);
});
