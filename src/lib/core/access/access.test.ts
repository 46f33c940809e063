import type { PermissionId } from './catalogue/permission-ids';
import { describe, expect, test } from 'vitest';
import {
  dominates,
  dominatesHolders,
  effectiveAfter,
  effectivePermissions,
  isSuperAdministrator,
  isSuperset,
  countHeld,
  LATER_ACTIONS,
  notHeld,
  requirePermission,
  type Actor
} from './access';
import { indexCatalogue } from './catalogue';

const action = (id: string, ownerOnly = false) => ({ id, label: id, kind: 'read' as const, ownerOnly });
const catalogue = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'a',
      label: 'A',
      groups: [{ id: 'a.g', label: 'G', actions: [action('a.g.read'), action('a.g.write')] }]
    },
    { id: 'o', label: 'O', groups: [{ id: 'o.g', label: 'G', actions: [action('o.g.transfer', true)] }] }
  ],
  roles: []
});

const actor = (permissions: string[], owner = false): Actor => ({
  id: 'me',
  name: 'Me',
  owner,
  roleId: 'mine',
  permissions: new Set(permissions)
});

describe('effective permissions', () => {
  test('[ROL-13] after a change they are those of the whole role, found without looking at the rest of it', () => {
    const ids = ['a.g.read', 'a.g.write', 'o.g.transfer', 'gone'];
    const subsets = Array.from({ length: 16 }, (_, n) => ids.filter((_, at) => n & (1 << at)));
    for (const from of subsets)
      for (const to of subsets) {
        const before = effectivePermissions(catalogue, { all: false, ids: new Set(from) }, false);
        const kept = [...before];
        const changes = ids
          .filter((id) => from.includes(id) !== to.includes(id))
          .map((id) => [id, to.includes(id)] as const);
        const whole = effectivePermissions(catalogue, { all: false, ids: new Set(to) }, false);
        expect([...effectiveAfter(catalogue, before, changes)].sort()).toEqual([...whole].sort());
        expect([...before]).toEqual(kept);
      }
  });

  test('[ROL-7] the wildcard is everything the catalogue knows, less what only the owner may', () => {
    const later = LATER_ACTIONS;
    expect([...effectivePermissions(catalogue, { all: true }, false)]).toEqual([
      'a.g.read',
      'a.g.write',
      later
    ]);
    expect([...effectivePermissions(catalogue, { all: true }, true)]).toEqual([...catalogue.ids, later]);
  });

  test('[ROL-7] the owner holds as many as there are, not one more', () => {
    const mine = effectivePermissions(catalogue, { all: true }, true);
    expect(countHeld(catalogue, mine)).toBe(catalogue.ids.length);
    expect(countHeld(catalogue, new Set(['a.g.read', 'gone']))).toBe(1);
  });

  test('[ROL-7] a role with all of today’s actions is not the equal of Super Administrator', () => {
    const all = effectivePermissions(catalogue, { all: true }, false);
    const today = effectivePermissions(
      catalogue,
      { all: false, ids: new Set([...catalogue.ids, LATER_ACTIONS]) },
      false
    );
    expect([...today]).toEqual(['a.g.read', 'a.g.write']);
    expect(dominates({ owner: false, permissions: today }, { owner: false, permissions: all })).toBe(false);
    expect(dominates({ owner: false, permissions: all }, { owner: false, permissions: today })).toBe(true);
  });

  test('[ROL-11] an action that the catalogue no longer has is denied', () => {
    const grants = {
      all: false as const,
      ids: new Set(['a.g.read', 'a.g.gone', '__proto__', 'constructor'])
    };
    expect([...effectivePermissions(catalogue, grants, true)]).toEqual(['a.g.read']);
  });

  test('an owner-only action is without effect for anybody else, whatever a role says', () => {
    const grants = { all: false as const, ids: new Set(['o.g.transfer']) };
    expect(effectivePermissions(catalogue, grants, false).size).toBe(0);
    expect([...effectivePermissions(catalogue, grants, true)]).toEqual(['o.g.transfer']);
  });
});

describe('asking for a permission', () => {
  test('[ACC-6] unknown is no, for the owner too', () => {
    const owner = actor(['a.g.read'], true);
    expect(requirePermission(owner, 'a.g.read' as PermissionId)).toBeNull();
    for (const id of ['a.g.write', 'A.G.READ', 'a.g.read ', '__proto__', 'constructor', ''])
      expect(requirePermission(owner, id as PermissionId)).toEqual({
        code: 'access/permission-required',
        permission: id
      });
  });

  test('[ACC-1] what is not held is named in the order asked; the owner is exempt', () => {
    expect(notHeld(actor(['b']), ['c', 'b', 'a'])).toEqual(['c', 'a']);
    expect(notHeld(actor([], true), ['c', 'b', 'a'])).toEqual([]);
    expect(notHeld(actor(['b']), [])).toEqual([]);
  });
});

describe('[ACC-2] dominance', () => {
  const of = (permissions: string[], owner = false) => ({ owner, permissions: new Set(permissions) });

  test('dominance is to hold all the other holds, and equals dominate each other', () => {
    expect(dominates(of(['a', 'b']), of(['a']))).toBe(true);
    expect(dominates(of(['a']), of(['a']))).toBe(true);
    expect(dominates(of(['a']), of(['a', 'b']))).toBe(false);
    expect(dominates(of(['a', 'c']), of(['a', 'b']))).toBe(false);
    expect(dominates(of([]), of([]))).toBe(true);
  });

  test('never reaches the owner, except from the owner', () => {
    expect(dominates(of(['a', 'b']), of(['a'], true))).toBe(false);
    expect(dominates(of(['a', 'b'], true), of(['a'], true))).toBe(true);
  });

  test('[ACC-3] dominance of a role is dominance of those who hold it: an empty role is free', () => {
    const strong = { effective: new Set(['a', 'b']), heldByOwner: false };
    expect(dominatesHolders(actor(['a']), { ...strong, hasMembers: false })).toBe(true);
    expect(dominatesHolders(actor(['a']), { ...strong, hasMembers: true })).toBe(false);
    expect(dominatesHolders(actor(['a', 'b']), { ...strong, hasMembers: true })).toBe(true);
    expect(dominatesHolders(actor(['a', 'b']), { ...strong, hasMembers: true, heldByOwner: true })).toBe(
      false
    );
  });
});

test('a superset holds every member', () => {
  expect(isSuperset(new Set(['a']), new Set())).toBe(true);
  expect(isSuperset(new Set(), new Set(['a']))).toBe(false);
  expect(isSuperset(new Set(['a', 'b']), new Set(['b', 'c']))).toBe(false);
});

test('only one role is Super Administrator', () => {
  expect(isSuperAdministrator('super_administrator')).toBe(true);
  expect(isSuperAdministrator('Super_Administrator')).toBe(false);
});
