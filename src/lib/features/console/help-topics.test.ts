import { expect, test } from 'vitest';
import { keysAt, TERMS } from './help-topics';

const first = (path: string) => keysAt(path, 'administrator')[0]!.keys[0];

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
  expect(keysAt(path, 'administrator')).toHaveLength(count);
  expect(keysAt(path, 'administrator').flatMap(({ keys }) => keys)).toContain('?');
});

test('[UX-5] [TEN-5] a user is told of no page that it does not have', () => {
  for (const path of ['/', '/administrators', '/roles/support'])
    expect(keysAt(path, 'user').flatMap(({ keys }) => keys)).toEqual(['Ctrl K', '?', 'Esc']);
  expect(TERMS.user.flat().join(' ')).not.toMatch(/administrator|owner|steward/iu);
});
