import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Actor } from '../access/access';
import {
  CAPS,
  inheritAll,
  type CapId,
  type CapLimit,
  type CapSettings,
  type PlatformCaps
} from '../quotas/caps';
import {
  barredFromNames,
  barredFromPerson,
  barredFromUnlocking,
  decideOffer,
  decidePersonCreate,
  decidePersonEdit,
  decideRequireTwoFactor,
  type PersonEdit,
  type PersonState
} from './people';

const EDIT = 'people.administrators.edit';
const CHANGE_ROLE = 'people.administrators.change_role';
const ASSIGN = 'people.roles.assign';
const SET = 'quotas.admin_quota.set';
const CLEAR = 'quotas.admin_quota.clear';
const REQUIRE = 'people.credentials.require_2fa';
const RIGHTS = [EDIT, CHANGE_ROLE, ASSIGN, SET, CLEAR, REQUIRE];
const AT = '2026-11-22T08:00:00.000Z';

type Giver = Actor & { caps: CapSettings };

function actor(permissions: Iterable<string>, change: Partial<Giver> = {}): Giver {
  return {
    id: 'me',
    name: 'Me',
    owner: false,
    roleId: 'mine',
    permissions: new Set(permissions),
    caps: inheritAll(),
    ...change
  };
}

function person(change: Partial<PersonState> = {}): PersonState {
  return {
    id: 'other',
    owner: false,
    roleId: 'theirs',
    effective: new Set(['x.a']),
    name: 'Omar',
    email: 'omar@northwind.example',
    caps: inheritAll(),
    changed: {},
    ...change
  };
}

const FREE: PlatformCaps = {
  hourly: 'unlimited',
  daily: 'unlimited',
  monthly: 'unlimited',
  threads: 'unlimited'
};
const role = (...effective: string[]) => ({ id: 'given', effective: new Set(effective) });

const edit = (
  by: Giver,
  of: PersonState,
  change: Partial<PersonEdit>,
  platform = FREE
): ReturnType<typeof decidePersonEdit> => decidePersonEdit(by, of, platform, { seen: 10, ...change });

const EVERYTHING: Partial<PersonEdit> = {
  name: 'New',
  email: 'new@northwind.example',
  role: role('x.a'),
  caps: { hourly: 1, daily: 2, monthly: 3, threads: 4 }
};

test('[ACC-4] sending names are barred as the account is, but for the owner’s own', () => {
  const self = { code: 'access/self' } as const;
  expect(barredFromNames(self, { owner: true })).toBeNull();
  expect(barredFromNames(self, { owner: false })).toEqual(self);
  for (const barred of [{ code: 'access/owner' }, { code: 'access/not-dominated' }, null] as const)
    expect(barredFromNames(barred, { owner: true })).toEqual(barred);
});

test('[AUT-1] unlocking takes all that the role of the one who is locked out may, the owner’s as well', () => {
  const owner = person({ owner: true, effective: new Set(['x.a', 'x.b']) });
  expect(barredFromUnlocking(actor(['x.a', 'x.b']), owner)).toBeNull();
  expect(barredFromPerson(actor(['x.a', 'x.b']), owner)).toEqual({ code: 'access/owner' });
  expect(barredFromUnlocking(actor(['x.a']), owner)).toEqual({ code: 'access/not-dominated' });
  expect(barredFromUnlocking(actor(['x.a', 'x.b'], { id: owner.id }), owner)).toEqual({
    code: 'access/self'
  });
});

describe('[ACC-2] [ACC-4] [OWN-2] whom one may touch at all', () => {
  test.each<[string, Actor, Partial<PersonState>, string | null]>([
    ['somebody weaker', actor(['x.a', 'x.b']), {}, null],
    ['an equal', actor(['x.a']), {}, null],
    ['somebody stronger', actor(['x.a']), { effective: new Set(['x.a', 'x.b']) }, 'access/not-dominated'],
    ['somebody of another strength', actor(['x.b', 'x.c']), {}, 'access/not-dominated'],
    ['somebody who may do nothing', actor([]), { effective: new Set() }, null],
    ['oneself', actor(['x.a']), { id: 'me' }, 'access/self'],
    ['oneself, as the owner', actor(['x.a'], { owner: true }), { id: 'me', owner: true }, 'access/self'],
    ['the owner', actor(['x.a']), { owner: true }, 'access/owner'],
    // OWN-1 allows one: a second flag would still protect whoever wears it.
    ['the owner, by an owner', actor(['x.a'], { owner: true }), { owner: true }, 'access/owner']
  ])('%s', (_, by, of, code) => {
    expect(barredFromPerson(by, person(of))?.code ?? null).toBe(code);
  });
});

describe('an edit of an administrator', () => {
  test('[ADM-7] lands whole where every right is there', () => {
    expect(edit(actor([...RIGHTS, 'x.a']), person(), EVERYTHING)).toEqual({
      fields: {
        name: 'New',
        email: 'new@northwind.example',
        roleId: 'given',
        caps: { hourly: 1, daily: 2, monthly: 3, threads: 4 }
      },
      parts: []
    });
  });

  test('an edit of an administrator asks for nothing where nothing is different', () => {
    const of = person({ roleId: 'given', caps: { ...inheritAll(), daily: 5 } });
    const { name, email } = of;
    expect(edit(actor([]), of, { name, email, role: role('x.z'), caps: { daily: 5 } })).toEqual({
      fields: {},
      parts: []
    });
  });

  test.each<[string, Partial<PersonEdit>, string, string]>([
    ['name', { name: 'New' }, 'name', EDIT],
    ['address', { email: 'new@northwind.example' }, 'email', EDIT],
    ['role', { role: role() }, 'roleId', CHANGE_ROLE],
    ['cap set', { caps: { daily: 5 } }, 'caps.daily', SET],
    ['cap lifted', { caps: { daily: 'unlimited' } }, 'caps.daily', SET],
    ['cap left to the platform', { caps: { daily: 'inherit' } }, 'caps.daily', CLEAR]
  ])('[ACC-6] a %s takes its own permission', (_, change, field, permission) => {
    const of = person({ caps: { ...inheritAll(), daily: 7 } });
    const without = RIGHTS.filter((right) => right !== permission);
    expect(edit(actor([...without, 'x.a']), of, change)).toEqual({
      fields: {},
      parts: [{ code: 'access/permission-required', permission, field }]
    });
    expect(edit(actor([permission, 'x.a']), of, change).parts).toEqual([]);
  });

  test('[ACC-4] an administrator changes of oneself name and address, never role or caps', () => {
    const { fields, parts } = edit(actor([...RIGHTS, 'x.a']), person({ id: 'me' }), EVERYTHING);
    expect(fields).toEqual({ name: 'New', email: 'new@northwind.example' });
    expect(parts.map(({ field, code }) => [field, code])).toEqual([
      ['roleId', 'access/self'],
      ...CAPS.map(({ id }) => [`caps.${id}`, 'access/self'])
    ]);
  });

  test.each<[string, Giver, Partial<PersonState>, string]>([
    ['[OWN-2] the owner', actor([...RIGHTS, 'x.a']), { owner: true }, 'access/owner'],
    ['[ACC-2] somebody stronger', actor(RIGHTS), {}, 'access/not-dominated']
  ])('%s is not touched in any field', (_, by, of, code) => {
    const { fields, parts } = edit(by, person(of), EVERYTHING);
    expect(fields).toEqual({});
    expect(parts).toHaveLength(7);
    expect(new Set(parts.map((part) => part.code))).toEqual(new Set([code]));
  });

  test('[ACC-1] a role is given by those who hold all of it; the owner is exempt', () => {
    const change = { role: role('x.a', 'x.z') };
    expect(edit(actor([...RIGHTS, 'x.a']), person(), change)).toEqual({
      fields: {},
      parts: [{ code: 'access/not-held', permissions: ['x.z'], field: 'roleId' }]
    });
    expect(edit(actor([...RIGHTS, 'x.a'], { owner: true }), person(), change).fields).toEqual({
      roleId: 'given'
    });
  });

  test('[ACC-4] a cap above one’s own is refused alone', () => {
    const by = actor([...RIGHTS, 'x.a'], { caps: { ...inheritAll(), daily: 100 } });
    expect(edit(by, person(), { caps: { daily: 101, hourly: 9 } })).toEqual({
      fields: { caps: { hourly: 9 } },
      parts: [{ code: 'access/cap-above-own', cap: 'daily', limit: 100, field: 'caps.daily' }]
    });
  });

  test('[ADM-12] [LIV-7] a field changed meanwhile shows both values; a lower cap lands all the same', () => {
    const stamp = { seq: 11, by: 'Priya', at: AT };
    const of = person({
      caps: { ...inheritAll(), daily: 50, hourly: 50 },
      changed: { name: stamp, 'caps.daily': stamp, 'caps.hourly': stamp }
    });
    const by = actor([...RIGHTS, 'x.a']);
    expect(edit(by, of, { name: 'New', caps: { daily: 60, hourly: 40 } })).toEqual({
      fields: { caps: { hourly: 40 } },
      parts: [
        {
          code: 'conflict/changed-since',
          field: 'name',
          yours: 'New',
          theirs: 'Omar',
          by: 'Priya',
          at: AT,
          version: 11
        },
        {
          code: 'conflict/changed-since',
          field: 'caps.daily',
          yours: 60,
          theirs: 50,
          by: 'Priya',
          at: AT,
          version: 11
        }
      ]
    });
    expect(edit(by, of, { seen: 11, name: 'New', caps: { daily: 60 } }).parts).toEqual([]);
  });

  test('[LIV-6] what is not allowed is said before what changed', () => {
    const of = person({ changed: { name: { seq: 11, by: 'Priya', at: AT } } });
    expect(edit(actor(['x.a']), of, { name: 'New' }).parts).toMatchObject([
      { code: 'access/permission-required' }
    ]);
  });
});

describe('whatever is asked', () => {
  const permission = fc.constantFrom(...RIGHTS, 'x.a', 'x.b', 'x.c');
  const held = fc.uniqueArray(permission);
  const limit = fc.oneof(fc.constant('unlimited' as const), fc.nat(20));
  const setting = fc.oneof(fc.constant('inherit' as const), limit);
  const each = <T>(value: fc.Arbitrary<T>) =>
    fc.record({ hourly: value, daily: value, monthly: value, threads: value });
  const giver = fc
    .record({ held, owner: fc.boolean(), caps: each(setting) })
    .map(({ held: permissions, owner, caps }) => actor(permissions, { owner, caps }));
  const target = fc
    .record({
      id: fc.constantFrom('me', 'other'),
      owner: fc.boolean(),
      effective: held.map((ids) => new Set(ids)),
      caps: each(setting),
      changed: fc.dictionary(
        fc.constantFrom('name', 'email', 'roleId', 'caps.daily'),
        fc.integer({ min: 1, max: 20 }).map((seq) => ({ seq, by: 'Priya', at: AT }))
      )
    })
    .map(person);
  const wish = fc.record(
    {
      seen: fc.integer({ min: 1, max: 20 }),
      name: fc.constant('New'),
      email: fc.constant('new@northwind.example'),
      role: held.map((ids) => role(...ids)),
      caps: fc.record(
        { hourly: setting, daily: setting, monthly: setting, threads: setting },
        { requiredKeys: [] }
      )
    },
    { requiredKeys: ['seen'] }
  );
  const size = (of: CapLimit) => (of === 'unlimited' ? Infinity : of);

  test('[ACC-1] [ACC-2] [ACC-4] nothing lands that a rule forbids', () => {
    fc.assert(
      fc.property(giver, target, each(limit), wish, (by, of, platform, change) => {
        const { fields } = decidePersonEdit(by, of, platform, change);
        const may = (id: string) => by.permissions.has(id);
        const free = of.id !== by.id && !of.owner && [...of.effective].every((id) => by.permissions.has(id));
        if (fields.name !== undefined || fields.email !== undefined) {
          expect(may(EDIT)).toBe(true);
          expect(free || of.id === by.id).toBe(true);
        }
        if (fields.roleId !== undefined) {
          expect(free && may(CHANGE_ROLE)).toBe(true);
          expect(by.owner || [...change.role!.effective].every(may)).toBe(true);
        }
        for (const [id, cap] of Object.entries(fields.caps ?? {}) as [CapId, CapSettings[CapId]][]) {
          expect(free && may(cap === 'inherit' ? CLEAR : SET)).toBe(true);
          const own = by.caps[id] === 'inherit' ? platform[id] : by.caps[id];
          const most = Math.min(size(own), size(platform[id]));
          expect(size(cap === 'inherit' ? platform[id] : cap)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 300 }
    );
  });

  test('[ADM-12] every field is judged as if it had been sent alone', () => {
    fc.assert(
      fc.property(giver, target, each(limit), wish, (by, of, platform, { seen, caps = {}, ...change }) => {
        const whole = decidePersonEdit(by, of, platform, { seen, caps, ...change });
        const alone = [
          ...Object.entries(change).map(([field, value]) => ({ [field]: value })),
          ...Object.entries(caps).map(([id, cap]) => ({ caps: { [id]: cap } }))
        ].map((part) => decidePersonEdit(by, of, platform, { seen, ...part }));
        const byField = (parts: { field?: string }[]) =>
          parts.toSorted((a, b) => (a.field! < b.field! ? -1 : 1));
        expect(byField(whole.parts)).toEqual(byField(alone.flatMap(({ parts }) => parts)));
        expect(Object.assign({}, whole.fields, { caps: undefined })).toEqual(
          Object.assign({}, ...alone.map(({ fields }) => fields), { caps: undefined })
        );
        expect(whole.fields.caps ?? {}).toEqual(
          Object.assign({}, ...alone.map(({ fields }) => fields.caps ?? {}))
        );
      }),
      { numRuns: 300 }
    );
  });

  test('[ACC-1] [ACC-4] nobody is made who may do or send more than whoever makes them', () => {
    fc.assert(
      fc.property(giver, held, each(limit), each(setting), (by, ids, platform, caps) => {
        const refused = decidePersonCreate(by, platform, { role: role(...ids), caps });
        if (refused) return;
        expect(by.permissions.has(ASSIGN)).toBe(true);
        expect(by.owner || ids.every((id) => by.permissions.has(id))).toBe(true);
        for (const { id } of CAPS) {
          const wanted = caps[id] === 'inherit' ? platform[id] : caps[id];
          const own = by.caps[id] === 'inherit' ? platform[id] : by.caps[id];
          expect(size(wanted)).toBeLessThanOrEqual(Math.min(size(own), size(platform[id])));
          if (caps[id] !== 'inherit') expect(by.permissions.has(SET)).toBe(true);
        }
      }),
      { numRuns: 300 }
    );
  });
});

describe('creating an administrator', () => {
  const caps = (change: Partial<CapSettings> = {}) => ({ ...inheritAll(), ...change });
  const capped = actor([ASSIGN, SET, 'x.a'], { caps: caps({ daily: 100 }) });
  test.each<[string, Giver, string[], CapSettings, object | null]>([
    ['with what its maker holds', actor([ASSIGN, 'x.a']), ['x.a'], caps(), null],
    [
      'without the right to assign',
      actor(['x.a']),
      [],
      caps(),
      { code: 'access/permission-required', permission: ASSIGN }
    ],
    [
      'with caps, without the right to set them',
      actor([ASSIGN]),
      [],
      caps({ daily: 1 }),
      { code: 'access/permission-required', permission: SET }
    ],
    ['with more', actor([ASSIGN]), ['x.a'], caps(), { code: 'access/not-held', permissions: ['x.a'] }],
    ['with more, by the owner', actor([ASSIGN], { owner: true }), ['x.a'], caps(), null],
    ['within one’s own cap', capped, ['x.a'], caps({ daily: 100 }), null],
    [
      'inheriting more than one’s own',
      capped,
      [],
      caps(),
      { code: 'access/cap-above-own', cap: 'daily', limit: 100 }
    ]
  ])('%s', (_, by, ids, given, expected) => {
    expect(decidePersonCreate(by, FREE, { role: role(...ids), caps: given })).toEqual(expected);
  });
});

describe('[AUT-2] asking for a second factor', () => {
  test.each<[string, Actor, Partial<PersonState>, boolean, string | null]>([
    ['of somebody weaker', actor([REQUIRE, 'x.a']), {}, true, null],
    ['no longer of somebody weaker', actor([REQUIRE, 'x.a']), {}, false, null],
    ['without the right', actor(['x.a']), {}, true, 'access/permission-required'],
    ['of oneself, for more', actor([REQUIRE]), { id: 'me' }, true, null],
    ['[ACC-4] of oneself, for less', actor([REQUIRE]), { id: 'me' }, false, 'access/self'],
    ['of oneself, without the right', actor([]), { id: 'me' }, true, 'access/permission-required'],
    ['of somebody stronger', actor([REQUIRE]), {}, true, 'access/not-dominated'],
    ['[OWN-2] of the owner', actor([REQUIRE, 'x.a']), { owner: true }, true, 'access/owner'],
    ['by the owner, of themselves', actor([REQUIRE], { owner: true }), { id: 'me', owner: true }, true, null]
  ])('%s', (_, by, of, tightens, code) => {
    expect(decideRequireTwoFactor(by, person(of), tightens)?.code ?? null).toBe(code);
  });
});

describe('[OWN-2] offering the ownership', () => {
  const fit = { id: 'other', superAdministrator: true, active: true, activated: true };
  const owner = actor([], { owner: true });
  test.each<[string, Actor, Partial<typeof fit>, string | null]>([
    ['to an active Super Administrator', owner, {}, null],
    ['by anybody else', actor(['people.ownership.transfer']), {}, 'access/owner'],
    ['to oneself', owner, { id: 'me' }, 'access/self'],
    ['to somebody in another role', owner, { superAdministrator: false }, 'input/invalid'],
    ['to somebody suspended or deactivated', owner, { active: false }, 'input/invalid'],
    ['to somebody who never signed in', owner, { activated: false }, 'input/invalid']
  ])('%s', (_, by, change, code) => {
    expect(decideOffer(by, { ...fit, ...change })?.code ?? null).toBe(code);
  });
});
