import { describe, expect, test } from 'vitest';
import type { Actor } from '../access/access';
import { indexCatalogue } from '../access/catalogue';
import {
  decideAssign,
  decideRoleCreate,
  decideRoleDelete,
  decideRoleEdit,
  decideTick,
  type Cell,
  type RoleEdit,
  type RoleState
} from './roles';

const IDS = ['x.a', 'x.b', 'x.c', 'people.roles.require_2fa', 'people.roles.assign', 'own.only'];
const catalogue = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'all',
      label: 'All',
      groups: [
        {
          id: 'all.g',
          label: 'G',
          actions: IDS.map((id) => ({ id, label: id, kind: 'write' as const, ownerOnly: id === 'own.only' }))
        }
      ]
    }
  ],
  roles: []
});

const AT = '2026-11-22T08:00:00.000Z';
const cell = (on: boolean, version: number): Cell => ({ on, version, by: 'Priya', at: AT });
const versioned = <T>(value: T, version = 1) => ({ value, version, by: 'Priya', at: AT });

function role(change: Partial<RoleState> = {}): RoleState {
  return {
    id: 'target',
    kind: 'administrator',
    locked: false,
    version: 10,
    name: versioned('Target'),
    description: versioned('What it is for'),
    require2fa: versioned(false),
    require2faFrom: null,
    hasMembers: false,
    heldByOwner: false,
    effective: new Set(['x.a']),
    ...change
  };
}

function actor(permissions: string[], change: Partial<Actor> = {}): Actor {
  return { id: 'me', name: 'Me', owner: false, roleId: 'mine', permissions: new Set(permissions), ...change };
}

function edit(
  change: Partial<RoleEdit>,
  options: { by?: Actor; of?: RoleState; cells?: [string, Cell][] } = {}
) {
  return decideRoleEdit(
    catalogue,
    options.by ?? actor(['x.a', 'x.b', 'x.c', 'people.roles.require_2fa']),
    options.of ?? role(),
    new Map(options.cells ?? []),
    { seen: 10, grant: [], revoke: [], ...change }
  );
}

const NOTHING = { granted: [], revoked: [], fields: {}, parts: [] };

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
    '[ACC-6] of %s, which the catalogue does not have, refuses the whole edit',
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

  test('of something unknown refuses the whole edit and names that field', () => {
    expect(edit({ grant: ['x.a'], revoke: ['x.nothing'] })).toEqual({
      refused: { code: 'input/unknown-permission', field: 'revoke', permissions: ['x.nothing'] }
    });
  });
});

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

  test('is said only to somebody who may grant it: the missing right comes first', () => {
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

describe('requiring two factors', () => {
  test('takes its own permission', () => {
    expect(edit({ require2fa: true }, { by: actor(['x.a']) })).toEqual({
      ...NOTHING,
      parts: [
        { code: 'access/permission-required', permission: 'people.roles.require_2fa', field: 'require2fa' }
      ]
    });
  });

  test('always applies; loosening does so only with knowledge of the tightening', () => {
    expect(edit({ seen: 0, require2fa: true }, { of: role({ require2fa: versioned(false, 9) }) })).toEqual({
      ...NOTHING,
      fields: { require2fa: true }
    });
    const tightened = role({ require2fa: versioned(true, 9) });
    expect(edit({ seen: 8, require2fa: false }, { of: tightened })).toEqual({
      ...NOTHING,
      parts: [
        {
          code: 'conflict/changed-since',
          field: 'require2fa',
          yours: false,
          theirs: true,
          by: 'Priya',
          at: AT,
          version: 9
        }
      ]
    });
    expect(edit({ seen: 9, require2fa: false }, { of: tightened })).toEqual({
      ...NOTHING,
      fields: { require2fa: false }
    });
  });

  test('[ACC-4] nobody loosens what is asked of themselves; tightening it is allowed', () => {
    const own = { id: 'mine', hasMembers: true };
    expect(edit({ require2fa: false }, { of: role({ ...own, require2fa: versioned(true) }) })).toEqual({
      ...NOTHING,
      parts: [{ code: 'access/self', field: 'require2fa' }]
    });
    expect(edit({ require2fa: true }, { of: role(own) })).toEqual({
      ...NOTHING,
      fields: { require2fa: true }
    });
  });
});

test('an edit that asks for nothing changes nothing', () => {
  expect(edit({})).toEqual(NOTHING);
});

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
  test('[ACC-1] takes all that its holders may do', () => {
    expect(decideAssign(actor(['x.a', 'x.b', 'x.c']), target)).toBeNull();
    expect(decideAssign(actor(['x.a']), target)).toEqual({ code: 'access/not-held', permissions: ['x.b'] });
    expect(decideAssign(actor([], { owner: true }), target)).toBeNull();
  });
});

describe('deleting a role', () => {
  const by = actor(['x.a', 'people.roles.assign']);
  const used = { ...role({ hasMembers: true }), members: 3 };
  const heir = { id: 'heir', effective: new Set(['x.a']) };

  test('is barred like an edit', () => {
    expect(decideRoleDelete(by, { ...role({ locked: true }), members: 0 }, null)).toEqual({
      code: 'access/locked'
    });
    const strong = { ...used, effective: new Set(['x.a', 'x.z']) };
    expect(decideRoleDelete(by, strong, heir)).toEqual({ code: 'access/not-dominated' });
  });

  test('[ACC-4] nobody deletes the role they hold: it would change their own', () => {
    expect(decideRoleDelete(by, { ...used, id: 'mine' }, heir)).toEqual({ code: 'access/self' });
  });

  test('without members takes no heir, and ignores one', () => {
    const empty = { ...role(), members: 0 };
    expect(decideRoleDelete(by, empty, null)).toBeNull();
    expect(decideRoleDelete(by, empty, { id: 'heir', effective: new Set(['x.z']) })).toBeNull();
  });

  test('[ROL-8] with members takes an heir, another one than itself', () => {
    expect(decideRoleDelete(by, used, null)).toEqual({ code: 'conflict/in-use', members: 3 });
    expect(decideRoleDelete(by, used, { ...heir, id: used.id })).toMatchObject({
      code: 'input/invalid',
      field: 'reassignTo'
    });
    expect(decideRoleDelete(by, used, heir)).toBeNull();
  });

  test('[ACC-1] with members takes the right to assign, and all that the heir grants', () => {
    expect(decideRoleDelete(actor(['x.a']), used, heir)).toEqual({
      code: 'access/permission-required',
      permission: 'people.roles.assign'
    });
    expect(decideRoleDelete(by, used, { id: 'heir', effective: new Set(['x.a', 'x.b']) })).toEqual({
      code: 'access/not-held',
      permissions: ['x.b']
    });
  });
});

describe('[AUT-2] a requirement of two factors from a date on', () => {
  const MARCH = '2027-03-01T00:00:00.000Z';
  const MAY = '2027-05-01T00:00:00.000Z';
  const required = (from: string | null) => ({
    ...role({ require2fa: versioned(true, 9) }),
    require2faFrom: from
  });
  const fields = (change: Partial<RoleEdit>, of: RoleState) => {
    const decision = edit({ seen: 0, ...change }, { of });
    return 'refused' in decision
      ? decision.refused
      : { ...decision.fields, parts: decision.parts.map((p) => p.code) };
  };

  test('begins with it', () => {
    expect(fields({ require2fa: true, require2faFrom: MAY }, role())).toEqual({
      require2fa: true,
      require2faFrom: MAY,
      parts: []
    });
  });

  test('an earlier one always applies, a later one not in ignorance of the present one', () => {
    expect(fields({ require2fa: true, require2faFrom: MARCH }, required(MAY))).toMatchObject({
      require2faFrom: MARCH
    });
    expect(fields({ require2fa: true, require2faFrom: null }, required(MAY))).toMatchObject({
      require2faFrom: null
    });
    expect(fields({ require2fa: true, require2faFrom: MAY }, required(MARCH))).toEqual({
      parts: ['conflict/changed-since']
    });
    expect(fields({ seen: 9, require2fa: true, require2faFrom: MAY }, required(MARCH))).toMatchObject({
      require2faFrom: MAY
    });
  });

  test('asking for what is asked for already changes no date; asking no more takes it away', () => {
    expect(fields({ require2fa: true }, required(MAY))).toEqual({ parts: [] });
    expect(fields({ seen: 9, require2fa: false }, required(MAY))).toEqual({
      require2fa: false,
      require2faFrom: null,
      parts: []
    });
  });

  test('[ACC-4] nobody puts off what is asked of themselves', () => {
    const own = { ...required(MARCH), id: actor([]).roleId };
    expect(fields({ seen: 9, require2fa: true, require2faFrom: MAY }, own)).toEqual({
      parts: ['access/self']
    });
  });
});

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
    const heir = { id: 'heir', effective: new Set(['own.g.a']) };
    const drop = (by: Actor, used: object, to: typeof heir | null = heir) =>
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
