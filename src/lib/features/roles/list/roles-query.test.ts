import { describe, expect, test } from 'vitest';
import type { RoleRow } from '$lib/shared/indexes/roles-list.svelte';
import { findRoles, rolesQueryFormat, type RolesQuery } from './roles-query';

const role = (name: string, more: Partial<RoleRow> = {}): RoleRow => ({
  id: name,
  name,
  description: '',
  locked: false,
  require2fa: false,
  count: 3,
  members: 0,
  seq: 1,
  ...more
});
const ROLES = [
  role('Super Administrator', { locked: true, members: 2 }),
  role('Support', { description: 'Answers customers', members: 9 }),
  role('Crew 9', { count: 40 }),
  role('Crew 10', { count: 7 }),
  role('Équipe', { members: 9 })
];
const names = (query: Partial<RolesQuery>) =>
  findRoles(ROLES, { search: '', sort: null, ...query }).map(({ name }) => name);

describe('[UX-2] the list of roles', () => {
  test('the list of roles keeps its order until it is sorted: built-in roles first', () =>
    expect(names({})).toEqual(ROLES.map(({ name }) => name)));

  test('the list of roles is found by name and description, word by word, without regard to accents', () => {
    expect(names({ search: 'EQUIPE' })).toEqual(['Équipe']);
    expect(names({ search: 'customers supp' })).toEqual(['Support']);
    expect(names({ search: 'crew support' })).toEqual([]);
  });

  test('sorts names as people count', () =>
    expect(names({ search: 'crew', sort: { column: 'name', direction: 'ascending' } })).toEqual([
      'Crew 9',
      'Crew 10'
    ]));

  test('sorts by members and by permissions, equals in the order of the list', () => {
    expect(names({ sort: { column: 'members', direction: 'descending' } }).slice(0, 3)).toEqual([
      'Support',
      'Équipe',
      'Super Administrator'
    ]);
    expect(names({ sort: { column: 'permissions', direction: 'descending' } }).slice(0, 3)).toEqual([
      'Super Administrator',
      'Crew 9',
      'Crew 10'
    ]);
  });
});

test('[UX-3] the address of the list of roles brings a view back, and may hold nonsense', () => {
  const view: RolesQuery = {
    kind: 'user',
    search: 'crew',
    sort: { column: 'members', direction: 'descending' }
  };
  expect(rolesQueryFormat.parse(rolesQueryFormat.format(view))).toEqual(view);
  expect(rolesQueryFormat.parse(new URLSearchParams('sort=-nothing'))).toEqual({
    kind: 'administrator',
    search: '',
    sort: null
  });
  expect(rolesQueryFormat.format({ kind: 'administrator', search: ' ', sort: null }).toString()).toBe('');
});
