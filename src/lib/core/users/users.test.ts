import { describe, expect, test } from 'vitest';
import { inheritCounts, unlimitedCounts } from '../packages/counts';
import type { Giver } from '../packages/packages';
import { inheritAll, type CapSettings, type PlatformCaps } from '../quotas/caps';
import { NO_BRAND } from './own-brand';
import { decideUserCreate, decideUserEdit, type UserEdit, type UserState } from './users';

const PLATFORM: PlatformCaps = { hourly: 1000, daily: 10_000, monthly: 'unlimited', threads: 32 };
const OVERRIDE = 'tenants.users.override_quota';
const ADDRESSES = 'tenants.users.set_ip_allowlist';
const AT = '2026-11-22T08:00:00.000Z';

function giver(permissions: readonly string[] = [], caps: Partial<CapSettings> = {}, owner = false): Giver {
  return {
    ...{ id: 'me', name: 'Me', owner, roleId: 'mine', permissions: new Set(permissions) },
    caps: { ...inheritAll(), ...caps }
  };
}
const growth = {
  ...{ id: 'growth', effective: new Set(['x.a']), counts: { ...unlimitedCounts(), keys: 5 } },
  caps: { ...inheritAll(), daily: 3000 }
};
function user(change: Partial<UserState> = {}): UserState {
  return {
    ...{ id: 'u', name: 'Orchard', email: 'mail@orchard.example', package: growth },
    ...{ caps: inheritAll(), counts: inheritCounts(), ipAllowlist: [], timeZone: null, changed: {} },
    brand: NO_BRAND,
    ...change
  };
}
const edit = (actor: Giver, what: Partial<UserEdit>, of = user()) =>
  decideUserEdit(
    { ...actor, permissions: new Set([...actor.permissions, 'tenants.users.view']) },
    of,
    PLATFORM,
    { seen: 5, ...what }
  );

describe('[TEN-1] a user is edited field by field', () => {
  test('[ACC-2] by whoever dominates them, or not at all', () => {
    for (const what of [{ name: 'N' }, { email: 'n@x.example' }, { caps: { daily: 1 } }, { timeZone: 'UTC' }])
      expect(edit(giver(['x.b', OVERRIDE]), what)).toEqual({ refused: { code: 'access/not-dominated' } });
    expect(edit(giver(['x.a']), { name: 'N', timeZone: 'UTC' })).toEqual({
      fields: { name: 'N' },
      parts: [{ code: 'access/permission-required', field: 'timeZone', permission: OVERRIDE }]
    });
    expect(decideUserEdit(giver(['x.a']), user(), PLATFORM, { seen: 5, name: 'N' })).toEqual({
      refused: { code: 'access/permission-required', permission: 'tenants.users.view' }
    });
    expect(edit(giver(['x.a', OVERRIDE]), { name: 'N', timeZone: 'UTC' })).toEqual({
      fields: { name: 'N', timeZone: 'UTC' },
      parts: []
    });
  });

  test('[TEN-5] and so is each part of its brand, which takes no other right', () => {
    const brand = { name: 'Orchard', accent: null, logo: 'data:1' };
    const changed = { brandLogo: { seq: 6, by: 'Ada', at: AT } };
    const asked = { brandName: null, brandAccent: '#7438ac', brandLogo: 'data:2' };
    expect(edit(giver(['x.a']), asked, user({ brand, changed }))).toMatchObject({
      fields: { brand: { name: null, accent: '#7438ac' } },
      parts: [{ code: 'conflict/changed-since', field: 'brandLogo', yours: 'data:2', theirs: 'data:1' }]
    });
    expect(edit(giver(['x.a']), { brandName: 'Orchard' }, user({ brand }))).toEqual({
      fields: {},
      parts: []
    });
  });

  test('[ACC-1] [ACC-4] with a package that they may give', () => {
    const scale = { id: 'scale', effective: new Set(['x.a', 'x.b']), caps: { ...inheritAll(), daily: 9000 } };
    expect(edit(giver(['x.a']), { package: scale })).toMatchObject({
      parts: [{ code: 'access/not-held', field: 'packageId' }]
    });
    const able = ['x.a', 'x.b'];
    expect(edit(giver(able), { package: scale })).toEqual({ fields: { packageId: 'scale' }, parts: [] });
    const capped = giver(able, { daily: 8000 });
    expect(edit(capped, { package: scale })).toMatchObject({ parts: [{ code: 'access/cap-above-own' }] });
    // What is the user's own does not follow the package.
    const own = user({ caps: { ...inheritAll(), daily: 9500 } });
    expect(edit(capped, { package: scale }, own)).toMatchObject({ fields: { packageId: 'scale' } });
  });

  test('own caps and counts take a permission, allowed addresses another', () => {
    const what = { caps: { daily: 100 }, counts: { keys: 1 }, ipAllowlist: ['192.0.2.1'] };
    expect(edit(giver(['x.a']), what)).toMatchObject({
      fields: {},
      parts: [
        { permission: OVERRIDE, field: 'caps.daily' },
        { permission: OVERRIDE, field: 'counts.keys' },
        { permission: ADDRESSES, field: 'ipAllowlist' }
      ]
    });
    expect(edit(giver(['x.a', OVERRIDE, ADDRESSES]), what)).toEqual({ fields: what, parts: [] });
  });

  test('[ACC-4] own caps may be above the package’s, never above the giver’s or the platform’s', () => {
    const able = ['x.a', OVERRIDE];
    expect(edit(giver(able), { caps: { daily: 4000 } })).toMatchObject({ fields: { caps: { daily: 4000 } } });
    expect(edit(giver(able), { caps: { daily: 10_001 } })).toMatchObject({
      parts: [{ code: 'access/cap-above-own', limit: 10_000 }]
    });
    const capped = giver(able, { daily: 2000 });
    expect(edit(capped, { caps: { daily: 2001 } })).toMatchObject({
      parts: [{ code: 'access/cap-above-own', limit: 2000 }]
    });
    // To follow the package is to be given what it comes to.
    const own = user({ caps: { ...inheritAll(), daily: 100 } });
    expect(edit(capped, { caps: { daily: 'inherit' } }, own)).toMatchObject({
      parts: [{ code: 'access/cap-above-own', limit: 2000 }]
    });
    expect(edit(giver(able), { caps: { daily: 'inherit' } }, own)).toMatchObject({
      fields: { caps: { daily: 'inherit' } }
    });
  });

  test('[LIV-7] a lower own limit always lands, a higher one changed meanwhile does not', () => {
    const changed = {
      'caps.daily': { seq: 6, by: 'Olga', at: AT },
      'counts.keys': { seq: 6, by: 'Olga', at: AT },
      email: { seq: 6, by: 'Olga', at: AT }
    };
    const of = user({ changed });
    const able = giver(['x.a', OVERRIDE]);
    // The package says 3,000 and 5.
    expect(edit(able, { caps: { daily: 2999 }, counts: { keys: 4 } }, of)).toMatchObject({
      fields: { caps: { daily: 2999 }, counts: { keys: 4 } },
      parts: []
    });
    expect(
      edit(able, { caps: { daily: 3001 }, counts: { keys: 6 }, email: 'n@x.example' }, of)
    ).toMatchObject({
      fields: {},
      parts: [
        { code: 'conflict/changed-since', field: 'email', theirs: 'mail@orchard.example' },
        { code: 'conflict/changed-since', field: 'caps.daily', theirs: 'inherit' },
        { code: 'conflict/changed-since', field: 'counts.keys' }
      ]
    });
  });
});

test('[ACC-1] [ACC-4] a user is made with what its maker may give', () => {
  const made = { package: growth, caps: inheritAll(), counts: inheritCounts(), ipAllowlist: [] as string[] };
  const create = (actor: Giver, change: Partial<typeof made> = {}) =>
    decideUserCreate(actor, PLATFORM, { ...made, ...change });
  expect(create(giver(['x.a']))).toBeNull();
  expect(create(giver(['x.b']))).toMatchObject({ code: 'access/not-held' });
  expect(create(giver(['x.a'], { daily: 2999 }))).toMatchObject({ code: 'access/cap-above-own' });
  const caps = { ...inheritAll(), daily: 2999 };
  expect(create(giver(['x.a']), { caps })).toMatchObject({ permission: OVERRIDE });
  expect(create(giver(['x.a', OVERRIDE], { daily: 2999 }), { caps })).toBeNull();
  expect(create(giver(['x.a']), { ipAllowlist: ['192.0.2.1'] })).toMatchObject({ permission: ADDRESSES });
});
