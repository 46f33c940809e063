import { execFile } from 'node:child_process';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import manifest from '../../package.json';
import { CAMPAIGNS } from '../../scripts/fault-campaigns.mjs';
import { files, isFile, read, walk } from './read-imports';

// What the documents and comments name is there: a newcomer who follows them arrives.

const PLACES = ['src', 'ws-server', 'verifier', 'packages', 'tests', 'bench', 'scripts', 'drizzle', 'docs'];
const all = [...PLACES, 'lint', 'examples', 'static']
  .flatMap(walk)
  .filter((path) => !path.includes('node_modules'));
const docs = ['README.md', 'CONTRIBUTING.md', ...all.filter((path) => /^docs\/.*\.md$/.test(path))];

/** Ends of the paths of all files and folders, with and without what a name ends in: `core/roles/roles`. */
const ends = new Set(
  all.flatMap((path) => {
    const parts = path.split('/');
    const folders = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
    const plain = folders.map((each) => each.replace(/(\.svelte)?\.(ts|mjs|js|md|sql|json)$|\.svelte$/, ''));
    return [...new Set([...folders, ...plain, path.replace(/(^.*\/\d{4})_.*$/, '$1')])].flatMap((each) =>
      each.split('/').map((_, at, names) => names.slice(at).join('/'))
    );
  })
);

/** Paths in the project that a text names, by the folders that it may begin with. */
const namedPaths = (text: string) =>
  [
    ...text.matchAll(
      /(?<![\w/.$@<-])(?:src|lib|core|client|features|shared|protocol|documents|server|services|db|auth|api|ui|tests|drizzle|programs|bench|write-path|verifier|ws-server)\/[\w./-]*\w/g
    )
  ].map((match) => match[0]);

test('links from one document to another lead to a file', () => {
  const broken = docs.flatMap((doc) =>
    [...read(doc).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => posix.join(posix.dirname(doc), link))
      .filter((path) => !isFile(path) && !ends.has(path.replace(/\/$/, '')))
      .map((path) => `${doc}: ${path}`)
  );
  expect(broken).toEqual([]);
});

test('files and folders that the guides and decisions name are there', () => {
  const guides = [
    ...['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/deploy.md', 'docs/client.md'],
    ...docs.filter((doc) => doc.startsWith('docs/decisions/'))
  ];
  const named = guides.flatMap((doc) =>
    [...read(doc).matchAll(/`([^`\n]+)`/g)].flatMap((match) =>
      namedPaths(match[1]!).map((path) => ({ doc, path }))
    )
  );
  expect(named.length).toBeGreaterThan(150);
  const refusals = read('src/lib/core/access/refusal.ts');
  const isThere = (path: string) => ends.has(path) || refusals.includes(`'${path}'`);
  expect(named.filter(({ path }) => !isThere(path))).toEqual([]);
});

test('files that comments name are there', () => {
  const sources = [...files, ...all.filter((path) => /^(tests|bench|scripts)\/.*\.(ts|mjs)$/.test(path))];
  const named = sources
    .filter((file) => file !== 'tests/boundaries/docs.test.ts')
    .flatMap((file) =>
      [...read(file).matchAll(/^\s*(?:\/\/|\/?\*\*?) ?(.*)$/gm)].flatMap((match) =>
        namedPaths(match[1]!).map((path) => ({ file, path }))
      )
    );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ path }) => !ends.has(path))).toEqual([]);
});

test('every package has its reason in docs/dependencies.md, and none has that is not used', () => {
  const rows = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) =>
    [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)
  );
  const used = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(listed.sort()).toEqual(used.sort());
});

test('commands that the guides tell are there', () => {
  const told = docs.flatMap((doc) =>
    [...read(doc).matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map((match) => match[1]!)
  );
  expect(told.length).toBeGreaterThan(20);
  expect([...new Set(told)].filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
});

/** Settings of a process, as the program reads them. */
const settings = [...read('src/lib/server/env.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
  (match) => match[1]!
);

test('docs/performance.md has the sections that the bench writes, and none by hand', () => {
  const written = walk('bench')
    .filter((file) => /\/report[\w-]*\.ts$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/(?:^|`)## ([^\n`\\]+)/gm)].map((match) => match[1]!));
  const sections = [...read('docs/performance.md').matchAll(/^## (.+)$/gm)].map((match) => match[1]!);
  expect(sections.toSorted()).toEqual(written.toSorted());
});

test('every campaign of `npm run faults` is in CONTRIBUTING, in their order, and no other is', () => {
  const told = [...read('CONTRIBUTING.md').matchAll(/^npm run faults -- --only ([\w-]+)/gm)].map(
    (match) => match[1]!
  );
  expect(told).toEqual(Object.keys(CAMPAIGNS));
});

test('`npm run faults` runs no campaign whose name nobody knows', async () => {
  const run = promisify(execFile)(process.execPath, ['scripts/faults.mjs', '--only', 'speed']);
  await expect(run).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      `--only speed: it is one of ${Object.keys(CAMPAIGNS).join(', ')}`
    ) as string
  });
});

test('every setting of the environment is in the README, and no other', () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => /^\| `[A-Z]/.test(line));
  const told = rows.flatMap((row) =>
    [...row.split('|')[1]!.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1]!)
  );
  expect(told.length).toBeGreaterThan(20);
  expect(told.sort()).toEqual(settings.sort());
});

test('a container is handed every setting that is not its own', () => {
  const own = ['HOST', 'PORT', 'DATA_DIR'];
  const image = (read('Dockerfile').match(/^ENV .*$/gm) ?? []).join(' ');
  expect(own.filter((name) => !image.includes(` ${name}=`))).toEqual([]);
  const handed = [...read('compose.yaml').matchAll(/^ {6}([A-Z_]+):/gm)]
    .map((match) => match[1]!)
    .filter((name) => !name.startsWith('POSTGRES_'));
  expect([...handed, ...own].sort()).toEqual(settings.toSorted());
});
