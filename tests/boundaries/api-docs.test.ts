import { expect, test } from 'vitest';
import catalogue from '../../src/lib/core/access/catalogue/permissions.json';
import { COMMANDS } from '../../src/lib/core/commands';
import type { RecordRef } from '../../src/lib/core/records';
import { permissionsToRead } from '../../src/lib/protocol/document-access';
import { parseDocumentName, type DocumentName } from '../../src/lib/protocol/documents';
import { ROUTE_POLICIES } from '../../src/lib/server/api/http/route-policies';
import { endpointRoutes } from '../support/all-endpoints';
import { PROCEDURES } from '../support/procedures';
import { read } from './read-imports';

// docs/api.md against what it is about: every procedure, endpoint, document and refusal is in its table, none is there
// that no longer exists, and each is said to take what it takes.

const text = read('docs/api.md');

/** Every document; the compiler asks for each. */
const DOCUMENTS: Record<Exclude<DocumentName, RecordRef<'role'>> | 'role:<id>', true> = {
  roles: true,
  'role:<id>': true,
  userRoles: true,
  people: true,
  applications: true,
  users: true,
  packages: true,
  settings: true,
  feed: true,
  gauges: true,
  own: true
};

/** Rows of the table of a section, each as its cells; the head and the rule below it are left out. */
function rowsOf(section: string): string[][] {
  const from = text.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = from.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim())
  );
}

/** Words of a cell that are code. */
const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

/** Permissions that a cell names in full. */
const permissionsIn = (cell = '') =>
  codeIn(cell).filter((word) => /^[a-z]+\.[a-z_]+\.[a-z0-9_]+$/.test(word) && !word.startsWith('error.'));

/** Procedures of a first cell: `.resume` after `caps.pause` is `caps.resume`. */
function proceduresIn(cell = ''): string[] {
  let area = '';
  return codeIn(cell).map((word) => {
    const name = word.startsWith('.') ? `${area}${word}` : word;
    area = name.split('.')[0]!;
    return name;
  });
}

test('every procedure is in docs/api.md once, and no other', () => {
  const listed = rowsOf('Procedures').flatMap(([names]) => proceduresIn(names));
  expect(listed.length).toBeGreaterThan(100);
  expect(listed.sort()).toEqual(PROCEDURES.map(({ name }) => name).sort());
});

test('what a procedure takes, and that it asks for the password, is in its row of docs/api.md', () => {
  const rows = new Map(
    rowsOf('Procedures').flatMap(([names, ...cells]) =>
      proceduresIn(names).map((name) => [name, cells.join(' ')] as const)
    )
  );
  // A row may say that it takes what another does.
  const saidOf = (name: string) => {
    const said = rows.get(name) ?? '';
    const other = /^as `([^`]+)`/.exec(said)?.[1];
    return other === undefined ? said : `${said} ${rows.get(other)}`;
  };
  // In full, or by its last word behind one that was named: `…edit`, `.reactivate`.
  const isNamed = (permission: string, said: string) =>
    codeIn(said).some(
      (word) => word === permission || (/^[.…]/.test(word) && permission.endsWith(`.${word.slice(1)}`))
    );
  const unnamed = PROCEDURES.flatMap(({ name, access }) =>
    typeof access === 'object' && !isNamed(access.permission, saidOf(name))
      ? [`${name}: ${access.permission}`]
      : []
  );
  expect(unnamed).toEqual([]);
  const sensitive = Object.entries(COMMANDS).filter(([, facts]) => 'sensitive' in facts);
  expect(sensitive.length).toBeGreaterThan(10);
  const quiet = sensitive.filter(([name]) => !/sensitive|proved/.test(saidOf(name)));
  expect(quiet.map(([name]) => name)).toEqual([]);
});

test('every endpoint for programs is in docs/api.md with what it takes, and no other', () => {
  const listed = rowsOf('Endpoints for programs').map(([endpoint, takes]) => {
    const [method = '', path = ''] = codeIn(endpoint)[0]!.split(' ');
    return `${method} ${path.split('?')[0]!} ${permissionsIn(takes).join(' ')}`;
  });
  const known = endpointRoutes().map(
    (route) => `${route.method} ${route.path} ${('permission' in route && route.permission) || ''}`
  );
  expect(known.length).toBeGreaterThan(15);
  expect(listed.sort()).toEqual(known.sort());
});

test('every route of the outer server is named in docs/api.md', () => {
  const paths = ROUTE_POLICIES.map(({ path }) => path.replace(/\/\*$/, '')).filter(Boolean);
  expect(paths.length).toBeGreaterThan(4);
  expect(paths.filter((path) => !text.includes(`${path}/`) && !text.includes(`${path}\``))).toEqual([]);
});

test('every document is in docs/api.md with what reading it takes, and no other', () => {
  const rows = rowsOf('Documents at `/sync/<doc>`');
  const listed = rows.flatMap(([names]) => codeIn(names));
  expect(listed.sort()).toEqual(Object.keys(DOCUMENTS).sort());
  for (const [names, takes] of rows) {
    const required = codeIn(names).flatMap((name) => {
      const document = parseDocumentName(name.replace('<id>', 'some'))!;
      return (['administrator', 'user'] as const).flatMap((kind) => permissionsToRead(document, 'own', kind));
    });
    expect(new Set(permissionsIn(takes)), names).toEqual(new Set(required));
  }
});

test('every refusal is in docs/api.md, and no other', () => {
  const known = [...read('src/lib/core/access/refusal.ts').matchAll(/\bcode: '([^']+)'/g)].map(
    (match) => match[1]!
  );
  expect(known.length).toBeGreaterThan(30);
  const listed = rowsOf('Refusals').flatMap(([codes]) => codeIn(codes));
  expect(listed.sort()).toEqual([...new Set(known)].sort());
});

test('permissions that docs/api.md names are of the catalogue', () => {
  const ids = new Set(JSON.stringify(catalogue).match(/[a-z]+\.[a-z_]+\.[a-z0-9_]+/g));
  const named = text.split('\n').flatMap((line) => permissionsIn(line));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});
