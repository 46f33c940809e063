import { describe, expect, test } from 'vitest';
import { actor, cell, edit, NOTHING, role } from '../../../../tests/support/role-decisions';
import { decideTick, type Cell } from './roles';

describe('who may edit a role at all', () => {
  test('[ROL-7] nobody a locked one, the owner included', () => {
    const of = role({ locked: true });
    expect(edit({ revoke: ['x.a'] }, { of })).toEqual({ refused: { code: 'access/locked' } });
    expect(edit({ name: 'Else' }, { of, by: actor([], { owner: true }) })).toEqual({
      refused: { code: 'access/locked' }
    });
  });

  test('[ACC-3] nobody one that is held by somebody they do not dominate, not even to take away', () => {
    const of = role({ hasMembers: true, effective: new Set(['x.a', 'own.secret']) });
    expect(edit({ revoke: ['x.a'] }, { of })).toEqual({ refused: { code: 'access/not-dominated' } });
    const ownersRole = role({ hasMembers: true, heldByOwner: true });
    expect(edit({ revoke: ['x.a'] }, { of: ownersRole })).toEqual({
      refused: { code: 'access/not-dominated' }
    });
  });

  test('everybody who holds as much as its holders', () => {
    const of = role({ hasMembers: true, effective: new Set(['x.a', 'x.b']) });
    expect(edit({ grant: ['x.c'] }, { of })).toEqual({ ...NOTHING, granted: ['x.c'] });
  });
});

describe('granting', () => {
  test('[ACC-1] only what is held; the rest of the edit lands', () => {
    expect(edit({ grant: ['x.a', 'x.b'] }, { by: actor(['x.b']) })).toEqual({
      ...NOTHING,
      granted: ['x.b'],
      parts: [{ code: 'access/not-held', permission: 'x.a', permissions: ['x.a'] }]
    });
  });

  test('[ACC-1] the owner is exempt, for owner-only actions too', () => {
    const by = actor([], { owner: true });
    expect(edit({ grant: ['own.only', 'x.a'] }, { by })).toEqual({
      ...NOTHING,
      granted: ['own.only', 'x.a']
    });
  });

  test('[ACC-3] nobody widens the role they hold, but may narrow it', () => {
    const of = role({ id: 'mine', hasMembers: true });
    expect(edit({ grant: ['x.b'], revoke: ['x.a'] }, { of, cells: [['x.a', cell(true, 3)]] })).toEqual({
      ...NOTHING,
      revoked: ['x.a'],
      parts: [{ code: 'access/self', permission: 'x.b' }]
    });
  });

  test.each([
    ['held', actor(['x.b']), role()],
    ['not held', actor(['x.a']), role()],
    ['not held, by the owner', actor([], { owner: true }), role()],
    ['held, in their own role', actor(['x.b']), role({ id: 'mine' })],
    ['not held, in their own role', actor(['x.a']), role({ id: 'mine' })]
  ])('[ACC-7] whoever asks beforehand hears what the edit would be told: %s', (_, by, of) => {
    const why = decideTick(by, of, 'x.b', true);
    expect(edit({ grant: ['x.b'] }, { by, of })).toEqual(
      why ? { ...NOTHING, parts: [{ ...why, permission: 'x.b' }] } : { ...NOTHING, granted: ['x.b'] }
    );
    expect(decideTick(by, of, 'x.b', false)).toBeNull();
    expect(edit({ revoke: ['x.b'] }, { by, of, cells: [['x.b', cell(true, 3)]] })).toEqual({
      ...NOTHING,
      revoked: ['x.b']
    });
  });

  test('what is on already is no change and no refusal, held or not', () => {
    expect(edit({ grant: ['x.a'] }, { by: actor([]), cells: [['x.a', cell(true, 3)]] })).toEqual(NOTHING);
  });

  test('the same permission named twice is granted once', () => {
    expect(edit({ grant: ['x.a', 'x.a'] })).toEqual({ ...NOTHING, granted: ['x.a'] });
  });

  test.each(['x.unknown', 'X.A', 'x.а', '__proto__', 'constructor'])(
    '[ACC-6] granting %s, which the catalogue does not have, refuses the whole edit',
    (id) => {
      expect(edit({ grant: ['x.a', id] })).toEqual({
        refused: { code: 'input/unknown-permission', field: 'grant', permissions: [id] }
      });
    }
  );

  test('[ROL-11] what the catalogue dropped can be taken away but not given', () => {
    const cells: [string, Cell][] = [['x.gone', cell(false, 3)]];
    expect(edit({ grant: ['x.gone'] }, { cells, by: actor([], { owner: true }) })).toEqual({
      ...NOTHING,
      parts: [
        { code: 'input/unknown-permission', field: 'grant', permission: 'x.gone', permissions: ['x.gone'] }
      ]
    });
    expect(edit({ revoke: ['x.gone'] }, { cells: [['x.gone', cell(true, 3)]] })).toEqual({
      ...NOTHING,
      revoked: ['x.gone']
    });
  });

  test('at most twenty unknown ids are named', () => {
    const grant = Array.from({ length: 100_000 }, (_, n) => `x.unknown_${n}`);
    const decision = edit({ grant });
    expect(decision).toMatchObject({ refused: { code: 'input/unknown-permission' } });
    expect((decision as { refused: { permissions: string[] } }).refused.permissions).toHaveLength(20);
  });
});

describe('revoking', () => {
  test('always applies, whatever was seen and whether it is held', () => {
    expect(edit({ seen: 0, revoke: ['x.a'] }, { by: actor([]), cells: [['x.a', cell(true, 9)]] })).toEqual({
      ...NOTHING,
      revoked: ['x.a']
    });
  });

  test('what is off already is no change', () => {
    expect(edit({ revoke: ['x.a', 'x.b'] }, { cells: [['x.a', cell(false, 3)]] })).toEqual(NOTHING);
  });

  test('[LIV-6] wins over a grant of the same permission in the same edit', () => {
    expect(edit({ grant: ['x.a'], revoke: ['x.a'] })).toEqual(NOTHING);
    expect(edit({ grant: ['x.a'], revoke: ['x.a'] }, { cells: [['x.a', cell(true, 3)]] })).toEqual({
      ...NOTHING,
      revoked: ['x.a']
    });
  });

  test('revoking something unknown refuses the whole edit and names that field', () => {
    expect(edit({ grant: ['x.a'], revoke: ['x.nothing'] })).toEqual({
      refused: { code: 'input/unknown-permission', field: 'revoke', permissions: ['x.nothing'] }
    });
  });
});

test('an edit that asks for nothing changes nothing', () => {
  expect(edit({})).toEqual(NOTHING);
});
