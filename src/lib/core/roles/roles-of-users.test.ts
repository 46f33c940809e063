import { describe, expect, test } from 'vitest';
import { NOTHING, actor, cell, role } from '../../../../tests/support/role-decisions';
import type { Actor } from '../access/access';
import { indexCatalogue } from '../access/catalogue';
import { decideRoleCreate, decideRoleDelete, decideRoleEdit, type RoleState } from './roles';

describe('[TEN-4] roles of users', () => {
  const marked = indexCatalogue({
    version: 1,
    areas: [
      {
        id: 'all',
        label: 'All',
        groups: [
          {
            id: 'own.g',
            label: 'Own',
            forUsers: true,
            actions: [{ id: 'own.g.a', label: 'A', kind: 'read' }]
          },
          { id: 'staff.g', label: 'Staff', actions: [{ id: 'staff.g.b', label: 'B', kind: 'read' }] }
        ]
      }
    ],
    roles: []
  });
  const owner = actor([], { owner: true });
  const ofUsers = (change: Partial<RoleState> = {}) =>
    role({ kind: 'user', effective: new Set(), ...change });

  test('what is not for users is refused by name, to the owner too, and the rest of the edit lands', () => {
    const asked = { seen: 10, grant: ['own.g.a', 'staff.g.b'], revoke: [] };
    expect(decideRoleEdit(marked, owner, ofUsers(), new Map(), asked)).toEqual({
      ...NOTHING,
      granted: ['own.g.a'],
      parts: [{ code: 'input/not-for-users', permission: 'staff.g.b', permissions: ['staff.g.b'] }]
    });
    expect(decideRoleEdit(marked, owner, role(), new Map(), asked)).toMatchObject({
      granted: ['own.g.a', 'staff.g.b'],
      parts: []
    });
  });

  test('one that came to hold it before can lose it', () => {
    const cells = new Map([['staff.g.b', cell(true, 3)]]);
    expect(
      decideRoleEdit(marked, owner, ofUsers(), cells, { seen: 3, grant: [], revoke: ['staff.g.b'] })
    ).toMatchObject({ revoked: ['staff.g.b'], parts: [] });
  });

  test('a new one holds only what is for users, or is not made', () => {
    expect(decideRoleCreate(marked, owner, 'user', new Set(['own.g.a']))).toBeNull();
    expect(decideRoleCreate(marked, owner, 'user', new Set(['own.g.a', 'staff.g.b']))).toEqual({
      code: 'input/not-for-users',
      permissions: ['staff.g.b']
    });
    expect(decideRoleCreate(marked, actor([]), 'user', new Set(['own.g.a']))).toMatchObject({
      code: 'access/not-held'
    });
  });

  test('two factors are required by whoever edits them, and packages are given another by whoever changes packages', () => {
    const require = { seen: 10, grant: [], revoke: [], require2fa: true };
    const by = (...permissions: string[]) =>
      decideRoleEdit(marked, actor(permissions), ofUsers(), new Map(), require);
    expect(by('tenants.user_roles.edit')).toMatchObject({ fields: { require2fa: true }, parts: [] });
    expect(by('people.roles.require_2fa')).toMatchObject({
      fields: {},
      parts: [{ code: 'access/permission-required', permission: 'tenants.user_roles.edit' }]
    });
    const replacement = { id: 'replacement', effective: new Set(['own.g.a']) };
    const drop = (by: Actor, used: object, to: typeof replacement | null = replacement) =>
      decideRoleDelete(by, { ...ofUsers(), members: 0, ...used }, to);
    expect(drop(owner, { packages: 0 }, null)).toBeNull();
    expect(drop(owner, { packages: 1 }, null)).toEqual({ code: 'conflict/in-use', members: 0, packages: 1 });
    expect(drop(actor(['tenants.packages.edit', 'own.g.a']), { packages: 1 })).toBeNull();
    expect(drop(actor(['people.roles.assign', 'own.g.a']), { packages: 1 })).toEqual({
      code: 'access/permission-required',
      permission: 'tenants.packages.edit'
    });
    expect(drop(actor(['tenants.packages.edit']), { packages: 1 })).toMatchObject({
      code: 'access/not-held'
    });
  });
});
