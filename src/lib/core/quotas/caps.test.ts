import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allowsMore,
  bindingCap,
  bindingCaps,
  capAbove,
  CAPS,
  inheritAll,
  type CapLimit,
  type CapSetting,
  type PlatformCaps
} from './caps';

test('[ADM-2] the caps are a list, and nothing is set to begin with', () => {
  expect(CAPS.map((cap) => cap.id)).toEqual(['hourly', 'daily', 'monthly', 'threads']);
  expect(Object.keys(inheritAll())).toEqual(CAPS.map((cap) => cap.id));
  expect(new Set(Object.values(inheritAll()))).toEqual(new Set(['inherit']));
});

const platform = (limit: CapLimit): PlatformCaps => ({
  hourly: limit,
  daily: limit,
  monthly: limit,
  threads: limit
});
const limit = fc.oneof(fc.constant('unlimited' as const), fc.nat(40));
const setting = fc.oneof(fc.constant('inherit' as const), limit);
/** A limit as a number, for what is expected. */
const size = (of: CapLimit) => (of === 'unlimited' ? Infinity : of);

describe('[QUO-1] the binding cap', () => {
  test.each<[CapLimit, CapSetting, CapLimit, 'platform' | 'administrator']>([
    ['unlimited', 'inherit', 'unlimited', 'platform'],
    ['unlimited', 'unlimited', 'unlimited', 'platform'],
    ['unlimited', 5, 5, 'administrator'],
    [100, 'inherit', 100, 'platform'],
    [100, 'unlimited', 100, 'platform'],
    [100, 101, 100, 'platform'],
    [100, 100, 100, 'platform'],
    [100, 99, 99, 'administrator'],
    [100, 0, 0, 'administrator'],
    [0, 1, 0, 'platform']
  ])('the binding cap of %s and %s is %s, from the %s', (of, own, expected, source) => {
    expect(bindingCap(of, own)).toEqual({ limit: expected, source });
  });

  test('the binding cap is the smallest that applies, cap by cap', () => {
    fc.assert(
      fc.property(limit, setting, (of, own) => {
        const smallest = Math.min(size(of), own === 'inherit' ? Infinity : size(own));
        expect(size(bindingCap(of, own).limit)).toBe(smallest);
      })
    );
    expect(bindingCaps(platform(9), { ...inheritAll(), daily: 5 })).toEqual({
      hourly: { limit: 9, source: 'platform' },
      daily: { limit: 5, source: 'administrator' },
      monthly: { limit: 9, source: 'platform' },
      threads: { limit: 9, source: 'platform' }
    });
  });

  test('more is more: an order in which unlimited is the top', () => {
    fc.assert(
      fc.property(limit, limit, (a, b) => {
        expect(allowsMore(a, b)).toBe(size(a) > size(b));
      })
    );
  });
});

describe('[ACC-4] a cap above one’s own', () => {
  test.each<[string, CapLimit, CapSetting, CapSetting, CapLimit | null]>([
    ['a number as high as the own one', 'unlimited', 50, 50, null],
    ['a higher number', 'unlimited', 50, 51, 50],
    ['unlimited by somebody who is limited', 'unlimited', 50, 'unlimited', 50],
    ['inherit by somebody who has less than the platform', 'unlimited', 50, 'inherit', 50],
    ['inherit by somebody who inherits', 100, 'inherit', 'inherit', null],
    ['unlimited where the platform has a limit', 100, 'unlimited', 'unlimited', 100],
    ['what only the platform cuts today', 100, 'inherit', 5000, 100],
    ['the platform’s own limit', 100, 500, 100, null]
  ])('%s', (_, of, own, given, expected) => {
    const found = capAbove(platform(of), { ...inheritAll(), daily: own }, { daily: given });
    expect(found).toEqual(expected === null ? null : { cap: 'daily', limit: expected });
  });

  test('a cap above one’s own names the first one, and judges only those that are given', () => {
    const giver = { hourly: 1, daily: 1, monthly: 1, threads: 1 };
    expect(capAbove(platform('unlimited'), giver, {})).toBeNull();
    expect(capAbove(platform('unlimited'), giver, { threads: 2, daily: 3, hourly: 1 })).toEqual({
      cap: 'daily',
      limit: 1
    });
  });

  test('what passes never lets anybody send more than its giver, whatever the platform allows later', () => {
    fc.assert(
      fc.property(limit, limit, setting, limit, (of, later, own, given) => {
        if (capAbove(platform(of), { ...inheritAll(), daily: own }, { daily: given })) return;
        fc.pre(size(later) >= size(of));
        expect(size(bindingCap(later, given).limit)).toBeLessThanOrEqual(size(bindingCap(later, own).limit));
      })
    );
  });
});
