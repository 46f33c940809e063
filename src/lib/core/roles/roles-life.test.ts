import { describe, expect, test } from 'vitest';
import { actor, catalogue, IDS, role } from '../../../../tests/support/role-decisions';
import { decideAssign, decideRoleCreate, decideRoleDelete } from './roles';

describe('creating a role', () => {
  test('[ACC-1] all of its permissions are held, or none is created', () => {
    expect(
      decideRoleCreate(catalogue, actor(['x.a', 'x.b']), 'administrator', new Set(['x.a', 'x.b']))
    ).toBeNull();
    expect(
      decideRoleCreate(catalogue, actor(['x.a']), 'administrator', new Set(['x.b', 'x.a', 'x.c']))
    ).toEqual({
      code: 'access/not-held',
      permissions: ['x.b', 'x.c']
    });
    expect(decideRoleCreate(catalogue, actor([], { owner: true }), 'administrator', new Set(IDS))).toBeNull();
    expect(decideRoleCreate(catalogue, actor([]), 'administrator', new Set())).toBeNull();
  });

  test('[ACC-1] an owner-only action cannot be passed on by anybody else', () => {
    expect(
      decideRoleCreate(catalogue, actor(IDS.slice(0, 5)), 'administrator', new Set(['own.only']))
    ).toEqual({
      code: 'access/not-held',
      permissions: ['own.only']
    });
  });

  test('[ACC-6] the catalogue knows all of them, for the owner too', () => {
    expect(
      decideRoleCreate(catalogue, actor([], { owner: true }), 'administrator', new Set(['x.a', '__proto__']))
    ).toEqual({
      code: 'input/unknown-permission',
      field: 'permissions',
      permissions: ['__proto__']
    });
  });
});

describe('assigning a role', () => {
  const target = { id: 'target', effective: new Set(['x.a', 'x.b']) };
  test('[ACC-1] assigning a role takes all that its holders may do', () => {
    expect(decideAssign(actor(['x.a', 'x.b', 'x.c']), target)).toBeNull();
    expect(decideAssign(actor(['x.a']), target)).toEqual({ code: 'access/not-held', permissions: ['x.b'] });
    expect(decideAssign(actor([], { owner: true }), target)).toBeNull();
  });
});

describe('deleting a role', () => {
  const by = actor(['x.a', 'people.roles.assign']);
  const used = { ...role({ hasMembers: true }), members: 3 };
  const replacement = { id: 'replacement', effective: new Set(['x.a']) };

  test('deleting a role is barred like an edit', () => {
    expect(decideRoleDelete(by, { ...role({ locked: true }), members: 0 }, null)).toEqual({
      code: 'access/locked'
    });
    const strong = { ...used, effective: new Set(['x.a', 'x.z']) };
    expect(decideRoleDelete(by, strong, replacement)).toEqual({ code: 'access/not-dominated' });
  });

  test('[ACC-4] nobody deletes the role they hold: it would change their own', () => {
    expect(decideRoleDelete(by, { ...used, id: 'mine' }, replacement)).toEqual({ code: 'access/self' });
  });

  test('without members takes no replacement, and ignores one', () => {
    const empty = { ...role(), members: 0 };
    expect(decideRoleDelete(by, empty, null)).toBeNull();
    expect(decideRoleDelete(by, empty, { id: 'replacement', effective: new Set(['x.z']) })).toBeNull();
  });

  test('[ROL-8] with members takes a replacement, another one than itself', () => {
    expect(decideRoleDelete(by, used, null)).toEqual({ code: 'conflict/in-use', members: 3 });
    expect(decideRoleDelete(by, used, { ...replacement, id: used.id })).toMatchObject({
      code: 'input/invalid',
      field: 'reassignTo'
    });
    expect(decideRoleDelete(by, used, replacement)).toBeNull();
  });

  test('[ACC-1] with members takes the right to assign, and all that the replacement grants', () => {
    expect(decideRoleDelete(actor(['x.a']), used, replacement)).toEqual({
      code: 'access/permission-required',
      permission: 'people.roles.assign'
    });
    expect(decideRoleDelete(by, used, { id: 'replacement', effective: new Set(['x.a', 'x.b']) })).toEqual({
      code: 'access/not-held',
      permissions: ['x.b']
    });
  });
});
