import { expect, test } from 'vitest';
import { BETWEEN_FEATURES, FEATURES, FRAME, ROOTS, RULES, SERVER } from './layers';
import { files, importsOf, isFile, isIn, isProject, read, walk, type Import } from './read-imports';

// The table of layers.ts, held. A failure names the import and says how to mend it.

const ruleOf = (file: string) => RULES.find(([place]) => isIn(file, place));
const featureOf = (file: string) =>
  isIn(file, FEATURES) ? file.slice(FEATURES.length + 1).split('/')[0]! : null;

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
  if (isComponent(file) && isOfController(target) && !typeOnly)
    return `${file} imports ${target}: components render; documents and procedures are a controller’s`;
  const [from, to] = [featureOf(file), featureOf(target)];
  if (from !== null && to !== null && from !== to && from !== FRAME && !BETWEEN_FEATURES[from]?.includes(to))
    return `${file} imports ${target}: a feature imports no other: what two of them need belongs to shared`;
  if (isIn(target, place) && ruleOf(target)?.[0] === place) return null;
  if (rule.may.some((each) => isIn(target, each))) return null;
  if (typeOnly && rule.types?.some((each) => isIn(target, each))) return null;
  if (place === 'src/routes' && isServerRoute(file) && isServerSide(target)) return null;
  return `${file} imports ${target}: ${rule.mend}`;
}

const isComponent = (file: string) => file.endsWith('.svelte') && !isIn(file, 'src/routes');
const isOfController = (target: string) =>
  isIn(target, 'src/lib/documents') || isIn(target, 'src/lib/protocol');
const isServerRoute = (file: string) => /(\.server\.ts|\+server\.ts)$/.test(file);
const isServerSide = (target: string) =>
  isIn(target, `${SERVER}/services`) || isIn(target, `${SERVER}/api/trpc`);

test('imports point one way', () => {
  const offences = files.flatMap(importsOf).map(offence).filter(Boolean);
  expect(offences).toEqual([]);
});

test('this test reads imports: it finds many, of every form', () => {
  const all = files.flatMap(importsOf);
  expect(all.length).toBeGreaterThan(400);
  expect(all.some((each) => each.typeOnly)).toBe(true);
  expect(all.some(({ target }) => target === `${SERVER}/api/trpc/router.ts`)).toBe(true);
  expect(
    all
      .filter(({ target }) => isProject(target) && !isFile(target))
      .map((each) => `${each.file}: ${each.target}`)
  ).toEqual([]);
});

test('forbidden imports are found', () => {
  const bad = (file: string, target: string, typeOnly = false) =>
    offence({ file, target, typeOnly }) !== null;
  expect(bad('src/lib/core/x.ts', 'node:crypto')).toBe(true);
  expect(bad('src/lib/core/x.ts', 'src/lib/server/db/driver/client.ts', true)).toBe(true);
  expect(bad('src/lib/client/x.ts', 'src/lib/server/api/trpc/router.ts', true)).toBe(false);
  expect(bad('src/lib/client/x.ts', 'src/lib/server/api/trpc/router.ts')).toBe(true);
  expect(bad('src/lib/client/x.ts', 'src/lib/ui/x.ts')).toBe(true);
  expect(bad('src/lib/ui/X.svelte', 'src/lib/core/text/names.ts')).toBe(true);
  expect(bad('src/lib/shared/x/X.svelte', 'src/lib/documents/cells.ts')).toBe(true);
  expect(bad('src/lib/shared/x/x.ts', 'src/lib/features/log/log-query.ts')).toBe(true);
  expect(bad('src/lib/features/roles/x.ts', 'src/lib/features/log/log-query.ts', true)).toBe(true);
  expect(bad('src/lib/features/home/x.ts', 'src/lib/features/log/log-query.ts')).toBe(false);
  expect(bad('src/lib/features/log/x.ts', 'src/lib/features/console/me.ts')).toBe(true);
  expect(bad('src/lib/features/console/x.ts', 'src/lib/features/log/log-query.ts')).toBe(false);
  expect(bad('src/lib/server/api/trpc/x.ts', 'src/lib/server/db/driver/client.ts')).toBe(true);
  expect(bad('src/lib/server/services/x.ts', 'src/lib/server/api/http/gate.ts')).toBe(true);
  expect(bad('src/routes/+page.svelte', 'src/lib/server/services/write-path/deps.ts')).toBe(true);
  expect(bad('src/programs/x.ts', 'src/lib/client/api/api.ts')).toBe(true);
  expect(bad('verifier/x.mjs', 'src/lib/core/log/tree.ts')).toBe(true);
  expect(bad('src/lib/server/services/x.ts', 'verifier/bytes.mjs')).toBe(true);
  expect(bad('packages/client/src/x.ts', 'src/lib/core/log/tree.ts', true)).toBe(true);
  expect(bad('packages/client/src/x.ts', 'hono', true)).toBe(true);
  expect(bad('src/lib/utils/x.ts', 'zod')).toBe(true);
});

test('features import at most six others', () => {
  const pairs = files.flatMap(importsOf).flatMap(({ file, target }) => {
    const [from, to] = [featureOf(file), featureOf(target)];
    return from === null || to === null || from === to || from === FRAME ? [] : [`${from} → ${to}`];
  });
  const listed = Object.entries(BETWEEN_FEATURES).flatMap(([from, all]) =>
    all.map((to) => `${from} → ${to}`)
  );
  expect([...new Set(pairs)].sort()).toEqual(listed.sort());
  expect(listed.length).toBeLessThanOrEqual(6);
});

test('SQL is written in server/db alone: elsewhere call a function of a table there', () => {
  const offences = [...files, ...walk('scripts').filter((file) => file.endsWith('.ts'))].filter((file) => {
    // The verifier may not use the program's.
    if (isIn(file, `${SERVER}/db`) || file === 'verifier/read-database.mjs') return false;
    return /\bsql`|from 'drizzle-orm|from 'postgres'|\.unsafe\(|\.execute\(/.test(read(file));
  });
  expect(offences).toEqual([]);
});

test('modules re-export nothing of other modules: import from where it is made', () => {
  // What a package shows of itself.
  const inside = files.filter((file) => file !== 'packages/client/src/entry.ts');
  const offences = inside.filter((file) =>
    /^\s*export\s+(\*|\{[^}]*\}|type\s+\{[^}]*\})\s*from\s/m.test(read(file))
  );
  expect(offences).toEqual([]);
  expect(files.filter((file) => /(^|\/)index\.(ts|js)$/.test(file))).toEqual([]);
});

test('nothing prints to the console: the log is services/write-path/deps.ts’s Log', () => {
  const printing = /\bconsole\.(log|info|warn|error|debug)\b/;
  expect(files.filter((file) => !isIn(file, 'src/programs') && printing.test(read(file)))).toEqual([]);
});

test('core reads no clock, makes no ids and draws no lots', () => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|crypto\.|performance\.now\(|\bfetch\(|\bprocess\./;
  expect(files.filter((file) => isIn(file, 'src/lib/core') && impure.test(read(file)))).toEqual([]);
});

test('no folder is named after nothing in particular', () => {
  const vague = /(^|\/)(utils?|helpers?|misc|common|shared)(\/|\.ts$)/;
  // One folder is shared by name: what features have in common, each part of it in a folder with a name of its own.
  const named = files.map((file) => file.replace(/^src\/lib\/shared\/(?=[^/]+\/)/, ''));
  expect(named.filter((file) => vague.test(file))).toEqual([]);
});

test('[SET-1] a page’s title is made in one place, with the installation’s own name', () => {
  const titled = files.filter(
    (file) => file.endsWith('.svelte') && /<svelte:head>\s*<title>/.test(read(file))
  );
  // The one place, and the page that opens before it is known whose console this is.
  expect(titled.sort()).toEqual([
    'src/lib/features/console/OpeningConsole.svelte',
    'src/lib/ui/PageTitle.svelte'
  ]);
});
