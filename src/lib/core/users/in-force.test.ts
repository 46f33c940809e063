import { describe, expect, test } from 'vitest';
import { inheritCounts, unlimitedCounts } from '../packages/counts';
import { inheritAll, userCap, type CapLimit, type CapSetting } from '../quotas/caps';
import { countOwn, userCounts } from './in-force';

describe('[QUO-1] [TEN-2] the cap in force for a user', () => {
  test.each<[CapLimit, CapSetting, CapSetting, CapLimit, string]>([
    [100, 'inherit', 'inherit', 100, 'platform'],
    [100, 50, 'inherit', 50, 'package'],
    [100, 50, 70, 70, 'user'],
    [100, 50, 20, 20, 'user'],
    [100, 50, 200, 100, 'platform'],
    [100, 200, 'inherit', 100, 'platform'],
    [100, 'unlimited', 'unlimited', 100, 'platform'],
    [100, 100, 'inherit', 100, 'platform'],
    [100, 50, 50, 50, 'user'],
    ['unlimited', 50, 'unlimited', 'unlimited', 'platform'],
    ['unlimited', 'inherit', 0, 0, 'user'],
    ['unlimited', 0, 'inherit', 0, 'package'],
    [0, 50, 70, 0, 'platform']
  ])('platform %s, package %s, own %s: %s of the %s', (platform, ofPackage, own, limit, source) => {
    expect(userCap(platform, ofPackage, own)).toEqual({ limit, source });
  });

  test('counts in force are the package’s, or the user’s own, above or below', () => {
    const counts = userCounts(
      { ...unlimitedCounts(), contacts: 100, keys: 5 },
      { ...inheritCounts(), contacts: 200, sendingNodes: 1 }
    );
    expect(counts).toEqual({
      sendingDomains: { limit: 'unlimited', source: 'package' },
      sendingNodes: { limit: 1, source: 'user' },
      contacts: { limit: 200, source: 'user' },
      keys: { limit: 5, source: 'package' }
    });
  });

  test('the caps and counts that are the user’s own are counted', () => {
    expect(countOwn({ caps: inheritAll(), counts: inheritCounts() })).toBe(0);
    expect(
      countOwn({ caps: { ...inheritAll(), daily: 0 }, counts: { ...inheritCounts(), keys: 'unlimited' } })
    ).toBe(2);
  });
});
