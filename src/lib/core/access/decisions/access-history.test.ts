import { expect, test } from 'vitest';
import { SUPER_ADMINISTRATOR, indexCatalogue, type CatalogueIndex } from '../catalogue';
import { heldAt, takeBack, type AccessEntry, type AccessMoment } from './access-history';

// [DEC-7] What changed for somebody is what the log says, taken back from the present entry by entry.

const catalogue: CatalogueIndex = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'a',
      label: 'A',
      groups: [
        {
          id: 'a.b',
          label: 'B',
          actions: ['one', 'two', 'own'].map((name) => ({
            id: `a.b.${name}`,
            label: name,
            kind: 'read' as const,
            ...(name === 'own' ? { ownerOnly: true } : {})
          }))
        }
      ]
    }
  ],
  roles: []
});
const [ONE, TWO, OWN] = catalogue.ids as [string, string, string];
const person = (action: string, change: AccessEntry['change'] = []): AccessEntry => ({
  action: `administrator.${action}`,
  target: { type: 'administrator', id: 'p' },
  change
});
const role = (id: string, granted: string[], revoked: string[]): AccessEntry => ({
  action: 'role.edited',
  target: { type: 'role', id },
  change: [{ path: 'permissions', old: revoked, new: granted }]
});
const now = (more: Partial<AccessMoment> = {}): AccessMoment => ({
  id: 'p',
  roleId: 'r',
  packageId: null,
  packages: new Map(),
  owner: false,
  roles: new Map([
    ['r', new Set([ONE])],
    ['s', new Set([TWO])]
  ]),
  ...more
});
const held = (moment: AccessMoment) => [...heldAt(catalogue, moment)];

test('a tick in the role they have counts, one in another role only from the move back', () => {
  const moment = now();
  expect(takeBack(catalogue, moment, role('r', [ONE], [TWO]))).toEqual({
    gained: [ONE],
    lost: [TWO],
    use: null
  });
  expect(takeBack(catalogue, moment, role('s', [TWO], [ONE]))).toBeNull();
  expect(
    takeBack(catalogue, moment, person('role_changed', [{ path: 'roleId', old: 's', new: 'r' }]))
  ).toEqual({
    gained: [TWO],
    lost: [ONE],
    use: null
  });
  expect(held(moment)).toEqual([ONE]);
});

test('a name, or a move that changes nothing: the first is nothing, the second is told', () => {
  const same = now({
    roles: new Map([
      ['r', new Set([ONE])],
      ['s', new Set([ONE])]
    ])
  });
  expect(
    takeBack(catalogue, same, { ...role('r', [], []), change: [{ path: 'name', old: 'x', new: 'y' }] })
  ).toBeNull();
  expect(takeBack(catalogue, same, person('role_changed', [{ path: 'roleId', old: 's', new: 'r' }]))).toEqual(
    {
      gained: [],
      lost: [],
      use: null
    }
  );
});

test('suspended and reactivated take and give nothing, and stop and resume all of it', () => {
  expect(takeBack(catalogue, now(), person('suspended'))).toEqual({ gained: [], lost: [], use: 'stopped' });
  expect(takeBack(catalogue, now(), person('reactivated'))).toEqual({ gained: [], lost: [], use: 'resumed' });
});

test('before the account was made nobody held anything', () => {
  const moment = now();
  const made = takeBack(catalogue, moment, person('created', [{ path: 'roleId', old: null, new: 'r' }]));
  expect(made).toEqual({ gained: [ONE], lost: [], use: null });
  expect(held(moment)).toEqual([]);
});

test('the ownership gives and takes what is kept for the owner', () => {
  const entry: AccessEntry = {
    action: 'ownership.transferred',
    target: { type: 'administrator', id: 'q' },
    change: [{ path: 'owner', old: 'p', new: 'q' }]
  };
  const moment = now({ roleId: SUPER_ADMINISTRATOR });
  expect(takeBack(catalogue, moment, entry)).toEqual({ gained: [], lost: [OWN], use: null });
  expect(held(moment)).toEqual([ONE, TWO, OWN]);
  expect(takeBack(catalogue, now({ id: 'z' }), entry)).toBeNull();
});

test('[TEN-2] a user has what its package’s role grants: another package, another role of it, or a tick in that role', () => {
  const moment = now({
    roleId: null,
    packageId: 'growth',
    packages: new Map([
      ['growth', 'r'],
      ['trial', 's']
    ])
  });
  const entry = (type: string, id: string, path: string, old: unknown, value: unknown): AccessEntry => ({
    action: `${type}.updated`,
    target: { type, id },
    change: [{ path, old, new: value }]
  });
  expect(held(moment)).toEqual([ONE]);
  const tick = { ...role('r', [ONE], []), target: { type: 'user_role', id: 'r' } };
  expect(takeBack(catalogue, moment, tick)).toMatchObject({ gained: [ONE], lost: [] });
  expect(takeBack(catalogue, moment, entry('package', 'growth', 'roleId', 's', 'r'))).toMatchObject({
    gained: [],
    lost: [TWO]
  });
  // Of a package that it does not have at that moment it says nothing.
  expect(takeBack(catalogue, moment, entry('package', 'trial', 'roleId', 'r', 's'))).toBeNull();
  expect(takeBack(catalogue, moment, entry('user', 'p', 'packageId', 'trial', 'growth'))).toMatchObject({
    gained: [TWO],
    lost: [],
    use: null
  });
  expect(moment.packageId).toBe('trial');
  const closing = { action: 'user.closing', target: { type: 'user', id: 'p' }, change: [] };
  expect(takeBack(catalogue, moment, closing)).toMatchObject({ use: 'stopped' });
  const created = entry('user', 'p', 'packageId', null, 'trial');
  expect(takeBack(catalogue, moment, { ...created, action: 'user.created' })).not.toBeNull();
  expect(held(moment)).toEqual([]);
});
