import { describe, expect, test } from 'vitest';
import { inheritAll, type CapSettings, type PlatformCaps } from '../quotas/caps';
import { unlimitedCounts } from './counts';
import {
  decideGive,
  decidePackageCreate,
  decidePackageDelete,
  decidePackageEdit,
  type Giver,
  type PackageState
} from './packages';
import { allOff } from './switches';

const PLATFORM: PlatformCaps = { hourly: 1000, daily: 10_000, monthly: 'unlimited', threads: 32 };
const SWITCHING = 'tenants.packages.force_authentication';
const AT = '2026-11-22T08:00:00.000Z';

function giver(permissions: readonly string[] = [], caps: Partial<CapSettings> = {}, owner = false): Giver {
  return {
    ...{ id: 'me', name: 'Me', owner, roleId: 'mine', permissions: new Set(permissions) },
    caps: { ...inheritAll(), ...caps }
  };
}
function state(change: Partial<PackageState> = {}): PackageState {
  return {
    ...{ id: 'growth', name: 'Growth', roleId: 'sender', effective: new Set(['x.a']) },
    ...{ caps: inheritAll(), counts: unlimitedCounts(), switches: allOff(), changed: {} },
    ...change
  };
}
const role = (...ids: string[]) => ({ id: 'other', effective: new Set(ids) });
const seen = 5;

describe('[TEN-2] a package is edited field by field', () => {
  const edit = (actor: Giver, what: object, of = state()) =>
    decidePackageEdit(actor, of, PLATFORM, { seen, ...what });

  test('[ACC-2] by whoever dominates those who have it, or not at all', () => {
    expect(edit(giver(['x.b']), { name: 'Other' })).toEqual({ refused: { code: 'access/not-dominated' } });
    expect(edit(giver(['x.a']), { name: 'Other' })).toEqual({ fields: { name: 'Other' }, parts: [] });
  });

  test('[ACC-1] with a role that they hold', () => {
    expect(edit(giver(['x.a']), { role: role('x.a', 'x.b') })).toMatchObject({
      fields: {},
      parts: [{ code: 'access/not-held', permissions: ['x.b'], field: 'roleId' }]
    });
    expect(edit(giver(['x.a', 'x.b']), { role: role('x.b') })).toEqual({
      fields: { roleId: 'other' },
      parts: []
    });
  });

  test('[ACC-4] with no cap above their own, written or inherited', () => {
    const capped = giver(['x.a'], { daily: 500 });
    const of = state({ caps: { ...inheritAll(), daily: 400 } });
    for (const daily of ['inherit', 'unlimited', 501] as const)
      expect(edit(capped, { caps: { daily } }, of)).toMatchObject({
        fields: {},
        parts: [{ code: 'access/cap-above-own', cap: 'daily', limit: 500, field: 'caps.daily' }]
      });
    expect(edit(capped, { caps: { daily: 500 } }, of)).toMatchObject({ fields: { caps: { daily: 500 } } });
    // Nor above the platform's, whoever asks.
    expect(edit(giver(['x.a'], {}, true), { caps: { daily: 10_001 } })).toMatchObject({
      parts: [{ code: 'access/cap-above-own' }]
    });
  });

  test('switches take a permission of their own', () => {
    expect(edit(giver(['x.a']), { switches: { dkim: true } })).toMatchObject({
      parts: [{ code: 'access/permission-required', permission: SWITCHING, field: 'switches.dkim' }]
    });
    expect(edit(giver(['x.a', SWITCHING]), { switches: { dkim: true, bounceDomain: false } })).toEqual({
      fields: { switches: { dkim: true } },
      parts: []
    });
  });

  test('[LIV-7] what gives less always lands; what gives more does not, where it was changed meanwhile', () => {
    const changed = Object.fromEntries(
      ['caps.daily', 'counts.keys', 'switches.dkim', 'name'].map((field) => [
        field,
        { seq: 6, by: 'Olga', at: AT }
      ])
    );
    const of = state({
      ...{ changed, caps: { ...inheritAll(), daily: 400 } },
      ...{ counts: { ...unlimitedCounts(), keys: 5 }, switches: { ...allOff(), dkim: true } }
    });
    const actor = giver(['x.a', SWITCHING]);
    const more = { caps: { daily: 500 }, counts: { keys: 6 }, switches: { dkim: false }, name: 'New' };
    const refused = edit(actor, more, of);
    expect(refused).toMatchObject({ fields: {} });
    expect('parts' in refused && refused.parts.map(({ code }) => code)).toEqual(
      Array(4).fill('conflict/changed-since')
    );
    const less = { caps: { daily: 300 }, counts: { keys: 4 } };
    expect(edit(actor, less, of)).toEqual({ fields: less, parts: [] });
    const off = state({ changed });
    expect(edit(actor, { switches: { dkim: true } }, off)).toMatchObject({
      fields: { switches: { dkim: true } }
    });
  });
});

test('[ACC-1] [ACC-4] a package is made of what its maker holds', () => {
  const made = { role: role('x.a'), caps: inheritAll(), switches: allOff() };
  const create = (actor: Giver, change: object = {}) =>
    decidePackageCreate(actor, PLATFORM, { ...made, ...change });
  expect(create(giver(['x.a']))).toBeNull();
  expect(create(giver([]))).toMatchObject({ code: 'access/not-held' });
  expect(create(giver([], {}, true))).toBeNull();
  expect(create(giver(['x.a'], { hourly: 10 }))).toMatchObject({
    code: 'access/cap-above-own',
    cap: 'hourly'
  });
  const switches = { ...allOff(), dkim: true };
  expect(create(giver(['x.a']), { switches })).toMatchObject({ permission: SWITCHING });
});

test('[TEN-2] a package in use is deleted only with another one, which they may give', () => {
  const of = { ...state(), users: 3 };
  const replacement = { id: 'starter', effective: new Set(['x.a']), caps: { ...inheritAll(), daily: 600 } };
  const remove = (actor: Giver, to: typeof replacement | null, users = 3) =>
    decidePackageDelete(actor, PLATFORM, { ...of, users }, to);
  const able = giver(['x.a', 'tenants.users.edit']);
  expect(remove(able, null)).toEqual({ code: 'conflict/in-use', members: 3 });
  expect(remove(able, null, 0)).toBeNull();
  expect(remove(able, { ...replacement, id: 'growth' })).toMatchObject({ field: 'replaceWith' });
  expect(remove(able, replacement)).toBeNull();
  expect(remove(giver(['x.a']), replacement)).toMatchObject({ permission: 'tenants.users.edit' });
  expect(remove(able, { ...replacement, effective: new Set(['x.b']) })).toMatchObject({
    code: 'access/not-held'
  });
  expect(remove(giver(['x.a', 'tenants.users.edit'], { daily: 599 }), replacement)).toMatchObject({
    code: 'access/cap-above-own'
  });
  expect(remove(giver([]), replacement)).toEqual({ code: 'access/not-dominated' });
});

test('[ACC-4] a package is given by what its caps come to, and only those that are followed count', () => {
  const given = {
    id: 'p',
    effective: new Set<string>(),
    caps: { ...inheritAll(), daily: 'unlimited' as const }
  };
  // It comes to the platform's.
  expect(decideGive(giver(), PLATFORM, given)).toBeNull();
  const capped = giver([], { daily: 100 });
  expect(decideGive(capped, PLATFORM, given)).toMatchObject({ code: 'access/cap-above-own', cap: 'daily' });
  expect(decideGive(capped, PLATFORM, given, (id) => id !== 'daily')).toBeNull();
});
