import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../src/lib/core/log/actions';

// [LOG-1] The inventory of events, as people read it, as the types have it, and as the program writes it.

const ROOT = resolve(import.meta.dirname, '../..');
const source = ['src/lib/server', 'src/programs', 'ws-server']
  .flatMap(files)
  .map((path) => readFileSync(path, 'utf8'));

function files(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|log\/wording\//.test(name))
    .map((name) => join(ROOT, folder, name));
}

test('docs/log-events.md lists every action with its view, and no other', () => {
  const text = readFileSync(join(ROOT, 'docs/log-events.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `([a-z_.]+)` +\| (\w+) +\|/gm)].map(([, action, view]) => [
    action,
    view
  ]);
  expect(new Set(listed.map(([action]) => action)).size).toBe(listed.length);
  expect(Object.fromEntries(listed)).toEqual(AUDIT_ACTIONS);
});

test('every action of the inventory is written somewhere', () => {
  const all = source.join('\n');
  const isWritten = (action: string) =>
    all.includes(`'${action}'`) ||
    all.includes(`action: \`${action.split('.')[0]}.\${`) ||
    // What is written of accounts of either kind.
    (/^(administrator|user)\./.test(action) &&
      all.includes(`action: \`\${row.kind}.${action.split('.')[1]}\``));
  expect(Object.keys(AUDIT_ACTIONS).filter((action) => !isWritten(action))).toEqual([]);
});

test('what the program writes is in the inventory', () => {
  const written = source.flatMap((text) =>
    [...text.matchAll(/\baction: '([a-z_]+\.[a-z_.]+)'/g)].map(([, action]) => action!)
  );
  expect(written.length).toBeGreaterThan(30);
  expect(written.filter((action) => !Object.hasOwn(AUDIT_ACTIONS, action))).toEqual([]);
});
