import { describe, expect, test } from 'vitest';
import { differenceBetween, rewind, versionOf, type Rewound, type RoleEntry } from './role-history';

const entry = (change: RoleEntry['change'], more: Partial<RoleEntry> = {}): RoleEntry => ({
  at: '2026-11-22T05:00:01.000000Z',
  action: 'role.edited',
  by: { id: 'a1', name: 'Priya Nair' },
  change,
  ...more
});
const role = (...permissions: string[]): Rewound => ({
  name: 'Support',
  description: 'Answers',
  require2fa: false,
  permissions: new Set(permissions)
});

describe('[ROL-9] a version', () => {
  test('puts the entries of one change together, in their order', () => {
    const version = versionOf(
      [
        entry([
          { path: 'name', old: 'Help', new: 'Support' },
          { path: 'permissions', old: [], new: ['a', 'b'] }
        ]),
        entry([{ path: 'permissions', old: ['c'], new: ['d'] }])
      ],
      7
    );
    expect(version).toEqual({
      seq: 7,
      at: '2026-11-22T05:00:01.000000Z',
      by: { id: 'a1', name: 'Priya Nair' },
      action: 'role.edited',
      granted: ['a', 'b', 'd'],
      revoked: ['c'],
      fields: [{ field: 'name', old: 'Help', new: 'Support' }],
      from: null,
      restored: null
    });
  });

  test('a version takes no list from a wildcard or from the count of a deletion', () => {
    const wildcard = versionOf([entry([{ path: 'permissions', old: [], new: '*' }])], 1);
    const deletion = versionOf([entry([{ path: 'permissions', old: 12, new: 0 }])], 2);
    for (const { granted, revoked } of [wildcard, deletion]) expect([...granted, ...revoked]).toEqual([]);
  });

  test('knows what was copied and what was restored, and takes neither for a field', () => {
    const copied = versionOf([entry([{ path: 'from', old: null, new: 'support' }])], 1);
    const restored = versionOf([entry([{ path: 'version', old: 11, new: 4 }])], 12);
    expect([copied.from, copied.restored, copied.fields]).toEqual(['support', null, []]);
    expect([restored.from, restored.restored, restored.fields]).toEqual([null, 4, []]);
  });

  test('a version is made of at least one entry', () => expect(() => versionOf([], 1)).toThrow(RangeError));

  test('a version names nobody who has no name', () =>
    expect(versionOf([entry([], { by: { id: null, name: null } })], 1).by).toEqual({ id: null, name: '' }));
});

describe('[ROL-9] going back', () => {
  test('going back takes away what was given, gives back what was taken, and puts the fields back', () => {
    const now = role('a', 'b');
    rewind(
      now,
      versionOf(
        [
          entry([
            { path: 'name', old: 'Help', new: 'Support' },
            { path: 'description', old: '', new: 'Answers' },
            { path: 'require2fa', old: true, new: false },
            { path: 'permissions', old: ['c'], new: ['b'] }
          ])
        ],
        2
      )
    );
    expect(now).toEqual({
      name: 'Help',
      description: '',
      require2fa: true,
      permissions: new Set(['a', 'c'])
    });
  });

  test('before the beginning leaves the fields: there was no earlier value', () => {
    const now = role();
    rewind(now, versionOf([entry([{ path: 'name', old: null, new: 'Support' }])], 1));
    expect(now.name).toBe('Support');
  });
});

describe('[ROL-9] a difference', () => {
  test('a difference is what makes the second of the first', () => {
    const from = role('a', 'b');
    const to = { ...role('b', 'c'), name: 'Help', require2fa: true };
    expect(differenceBetween(from, to)).toEqual({
      granted: ['c'],
      revoked: ['a'],
      fields: { name: 'Help', require2fa: true }
    });
    expect(differenceBetween(to, from)).toEqual({
      granted: ['a'],
      revoked: ['c'],
      fields: { name: 'Support', require2fa: false }
    });
  });

  test('a difference of a role with itself is nothing', () =>
    expect(differenceBetween(role('a'), role('a'))).toEqual({ granted: [], revoked: [], fields: {} }));
});
