import { describe, expect, test } from 'vitest';
import type { RoleSnapshot } from './role-history.svelte';
import { indexCatalogue } from '$lib/core/access/catalogue';
import { previewRestore } from './restore-preview';

const RIGHTS = ['people.roles.rollback', 'people.roles.edit'];
const catalogue = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'x',
      label: 'X',
      groups: [
        {
          id: 'x.a',
          label: 'A',
          actions: ['a', 'b', 'c', ...RIGHTS].map((id) => ({ id, label: id, kind: 'read' as const }))
        }
      ]
    }
  ],
  roles: []
});
const snapshot = (seq: number, permissions: string[], more: Partial<RoleSnapshot> = {}): RoleSnapshot => ({
  seq,
  name: 'Support',
  description: '',
  require2fa: false,
  permissions: new Set(permissions),
  deleted: false,
  since: '2026-11-22T05:00:01.000000Z',
  ...more
});
const preview = (held: string[], more: Partial<Parameters<typeof previewRestore>[0]> = {}) =>
  previewRestore({
    catalogue,
    actor: { id: 'me', name: 'Me', owner: false, roleId: 'mine', permissions: new Set(held) },
    role: { id: 'support', kind: 'administrator' as const, locked: false, members: 0 },
    now: snapshot(2, ['c']),
    earlier: snapshot(1, ['a', 'b', 'gone']),
    ...more
  });

describe('[ACC-7] what a restore would do', () => {
  test('what a restore would do is told part by part, by the rules of an edit', () => {
    const decision = preview([...RIGHTS, 'a']);
    expect(decision).toMatchObject({ granted: ['a'], revoked: ['c'], fields: {} });
    if ('refused' in decision) throw new Error('refused');
    expect(decision.parts.map(({ code, permission }) => [code, permission])).toEqual([
      ['access/not-held', 'b'],
      ['input/unknown-permission', 'gone']
    ]);
  });

  test.each([
    ['without the right to restore', ['people.roles.edit'], {}, 'access/permission-required'],
    ['without the right to edit', ['people.roles.rollback'], {}, 'access/permission-required'],
    [
      'of a locked role',
      RIGHTS,
      { role: { id: 'support', kind: 'administrator' as const, locked: true, members: 0 } },
      'access/locked'
    ],
    [
      'of a role above one',
      RIGHTS,
      { role: { id: 'support', kind: 'administrator' as const, locked: false, members: 1 } },
      'access/not-dominated'
    ]
  ])('%s is refused as a whole', (_, held, more, code) =>
    expect(preview(held, more)).toMatchObject({ refused: { code } })
  );

  test('a restore keeps a 2FA rule that one may not change', () => {
    const decision = preview(RIGHTS, {
      now: snapshot(2, [], { require2fa: true }),
      earlier: snapshot(1, [])
    });
    expect(decision).toMatchObject({ fields: {}, parts: [{ field: 'require2fa' }] });
  });
});
