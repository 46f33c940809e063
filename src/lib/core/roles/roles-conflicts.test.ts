import { describe, expect, test } from 'vitest';
import { actor, AT, cell, edit, NOTHING, role, versioned } from '../../../../tests/support/role-decisions';
import type { Cell } from './roles';

describe('[LIV-6] revoke wins', () => {
  const revoked: [string, Cell][] = [['x.a', cell(false, 8)]];

  test('over a grant made without knowledge of it, and says who and when', () => {
    expect(edit({ seen: 7, grant: ['x.a', 'x.b'] }, { cells: revoked })).toEqual({
      ...NOTHING,
      granted: ['x.b'],
      parts: [{ code: 'conflict/revoked-since', permission: 'x.a', by: 'Priya', at: AT, version: 8 }]
    });
  });

  test('each permission by what its own author knew of it', () => {
    const both: [string, Cell][] = [...revoked, ['x.b', cell(false, 8)]];
    expect(edit({ seen: 8, seenParts: { 'x.a': 7 }, grant: ['x.a', 'x.b'] }, { cells: both })).toMatchObject({
      granted: ['x.b'],
      parts: [{ code: 'conflict/revoked-since', permission: 'x.a' }]
    });
  });

  test('not over a grant whose author had seen it, at that very version', () => {
    expect(edit({ seen: 8, grant: ['x.a'] }, { cells: revoked })).toEqual({ ...NOTHING, granted: ['x.a'] });
  });

  test('not over a grant of what was never set', () => {
    expect(edit({ seen: 0, grant: ['x.a'] })).toEqual({ ...NOTHING, granted: ['x.a'] });
  });

  test('a revocation that wins is said only to somebody who may grant it: the missing right comes first', () => {
    expect(edit({ seen: 7, grant: ['x.a'] }, { cells: revoked, by: actor([]) })).toMatchObject({
      parts: [{ code: 'access/not-held' }]
    });
  });
});

describe('[LIV-7] name and description', () => {
  test('land when nobody changed them since', () => {
    expect(edit({ seen: 1, name: 'New', description: 'Else' })).toEqual({
      ...NOTHING,
      fields: { name: 'New', description: 'Else' }
    });
  });

  test('changed since: both values, nothing overwritten, the rest lands', () => {
    const of = role({ name: versioned('Theirs', 9), description: versioned('Their words', 9) });
    expect(edit({ seen: 8, name: 'Mine', description: 'My words', grant: ['x.a'] }, { of })).toEqual({
      ...NOTHING,
      granted: ['x.a'],
      parts: [
        {
          code: 'conflict/changed-since',
          field: 'name',
          yours: 'Mine',
          theirs: 'Theirs',
          by: 'Priya',
          at: AT,
          version: 9
        },
        {
          code: 'conflict/changed-since',
          field: 'description',
          yours: 'My words',
          theirs: 'Their words',
          by: 'Priya',
          at: AT,
          version: 9
        }
      ]
    });
  });

  test('both wanted the same: no conflict, no change', () => {
    const of = role({ name: versioned('Same', 9), description: versioned('', 9) });
    expect(edit({ seen: 1, name: 'Same', description: '' }, { of })).toEqual(NOTHING);
  });
});
