import { describe, expect, test } from 'vitest';
import { indexCatalogue } from '$lib/core/access/catalogue';
import type { RoleVersion } from '$lib/core/roles/role-history';
import { differenceWords, markWords } from './role-snapshot-words';
import { nameList, refusedGroups } from './restore-words';
import { versionWords } from './version-words';

const catalogue = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'x',
      label: 'X',
      groups: [
        {
          id: 'x.c',
          label: 'Contacts',
          actions: ['Export', 'View', 'Add', 'Edit'].map((label) => ({
            id: `x.c.${label.toLowerCase()}`,
            label,
            kind: 'read' as const
          }))
        }
      ]
    }
  ],
  roles: []
});
const version = (more: Partial<RoleVersion>): RoleVersion => ({
  seq: 3,
  at: '2026-11-22T05:00:01.000000Z',
  by: { id: 'a', name: 'Priya Nair' },
  action: 'role.edited',
  granted: [],
  revoked: [],
  fields: [],
  from: null,
  restored: null,
  ...more
});
const said = (more: Partial<RoleVersion>) =>
  versionWords(version(more), catalogue, (id) => (id === 'support' ? 'Support' : null))
    .map(({ text, strong }) => (strong ? `*${text}*` : text))
    .join('');

describe('[ROL-9] a version in words', () => {
  test.each<[Partial<RoleVersion>, string]>([
    [{ revoked: ['x.c.export', 'x.c.view', 'x.c.add'] }, 'removed *Contacts › Export* and 2 more'],
    [{ granted: ['x.c.add'] }, 'added *Contacts › Add*'],
    [{ granted: ['x.gone'] }, 'added *x.gone*'],
    [
      { granted: ['x.c.add'], revoked: ['x.c.view'], fields: [{ field: 'name', old: 'A', new: 'B' }] },
      'added *Contacts › Add*, removed *Contacts › View* and renamed it to *B*'
    ],
    [{ fields: [{ field: 'require2fa', old: false, new: true }] }, 'required 2FA'],
    [{ fields: [{ field: 'require2fa', old: true, new: false }] }, 'stopped requiring 2FA'],
    [{ fields: [{ field: 'description', old: '', new: 'x' }] }, 'changed the description'],
    [{ restored: 12, granted: ['x.c.add'] }, 'restored *version 12* and added *Contacts › Add*'],
    [{ action: 'role.created', granted: ['x.c.add'] }, 'created the role with 1 permission'],
    [{ action: 'role.created' }, 'created the role without permissions'],
    [
      { action: 'role.created', from: 'support', granted: ['x.c.add', 'x.c.view'] },
      'cloned it from *Support* with 2 permissions'
    ],
    [{ action: 'role.created', from: 'gone' }, 'cloned it from *another role* without permissions'],
    [{ action: 'role.seeded' }, 'added the built-in role'],
    [{ action: 'role.deleted' }, 'deleted the role']
  ])('%j', (more, words) => expect(said(more)).toBe(words));
});

test('[ROL-9] a difference is told forwards in time, or by the name of the role', () => {
  const shown = { seq: 5, name: 'Support' };
  expect(markWords(shown, { kind: 'now' }, 'Support').added).toBe('Added since');
  expect(markWords(shown, { kind: 'version', seq: 7 }, 'Support').removed).toBe('Removed since');
  const words = markWords(shown, { kind: 'version', seq: 4 }, 'Support');
  expect(differenceWords({ added: 2, removed: 1, fields: 1 }, words)).toBe(
    '2 added · 1 removed · 1 field differs'
  );
  expect(differenceWords({ added: 0, removed: 0, fields: 0 }, words)).toBe('No differences');
  expect(markWords(shown, { kind: 'role', id: 'sales' }, 'Sales')).toEqual({
    added: 'Only in Sales',
    removed: 'Only in Support'
  });
});

test('[ACC-7] refused parts are told by reason', () => {
  const groups = refusedGroups(
    [
      { code: 'access/not-held', permission: 'x.c.export', permissions: ['x.c.export'] },
      { code: 'input/taken', field: 'name', looksLike: 'Sales' },
      { code: 'access/not-held', permission: 'x.c.view', permissions: ['x.c.view'] },
      { code: 'input/unknown-permission', field: 'grant', permission: 'x.gone', permissions: ['x.gone'] }
    ],
    catalogue
  );
  expect(groups.map(({ names }) => names)).toEqual([
    ['Contacts › Export', 'Contacts › View'],
    ['Name'],
    ['x.gone']
  ]);
  expect(groups[2]!.text).toContain('removed from the catalogue');
});

test('[ROL-9] a long list of permissions is cut, never by one', () => {
  const ids = ['x.c.export', 'x.c.view', 'x.c.add', 'x.c.edit'];
  expect(nameList(catalogue, ids, 2)).toBe('Contacts › Export, Contacts › View and 2 more');
  expect(nameList(catalogue, ids.slice(0, 3), 2)).toBe('Contacts › Export, Contacts › View, Contacts › Add');
  expect(nameList(catalogue, [])).toBe('');
});

test('[ROL-9] what takes back the version before it, by the same person, is told as an undo', () => {
  const by = { id: 'maya', name: 'Maya' };
  const before = version({ by, seq: 4, granted: ['x.c.add'], revoked: ['x.c.view'] });
  const back = { by, seq: 5, granted: ['x.c.view'], revoked: ['x.c.add'] };
  const told = (more: object, earlier = before) =>
    versionWords(version({ ...back, ...more }), catalogue, () => null, earlier)
      .map(({ text }) => text)
      .join('');
  expect(told({})).toBe('undid version 4');
  expect(told({ by: { id: 'olga', name: 'Olga' } })).not.toContain('undid');
  expect(told({ revoked: [] })).not.toContain('undid');
  expect(told({ seq: 6 })).not.toContain('undid');
  expect(told({ restored: 3 })).not.toContain('undid');
});
