import { expect, test } from 'vitest';
import { keysAt } from './help-topics';

const first = (path: string) => keysAt(path)[0]!.keys[0];

test.each([
  ['/logs/activity', '/', 10],
  ['/administrators', '/', 7],
  ['/administrators/new', 'Ctrl K', 3],
  ['/roles/support', '/', 11],
  ['/roles', '/', 4],
  ['/roles/support/history', 'Ctrl K', 3],
  ['/', 'Ctrl K', 3]
])('[UX-5] the keys of %s begin with %s', (path, key, count) => {
  expect(first(path)).toBe(key);
  expect(keysAt(path)).toHaveLength(count);
  expect(keysAt(path).flatMap(({ keys }) => keys)).toContain('?');
});
