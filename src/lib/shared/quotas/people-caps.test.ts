import { expect, test } from 'vitest';
import { bindingCaps, inheritAll, type CapSettings, type PlatformCaps } from '$lib/core/quotas/caps';
import { aboveOwn, knownPlatform } from './people-caps';

const PLATFORM: PlatformCaps = { hourly: 5000, daily: 40_000, monthly: 'unlimited', threads: 8 };
const somebody = (own: Partial<CapSettings>) => {
  const caps = { ...inheritAll(), ...own };
  return { caps, bindingCaps: bindingCaps(PLATFORM, caps) };
};

test('[QUO-1] the platform’s defaults show through wherever somebody inherits', () => {
  expect(knownPlatform(somebody({}))).toEqual(PLATFORM);
  expect(knownPlatform(somebody({ daily: 10 }))).toEqual({ ...PLATFORM, daily: null });
  expect(knownPlatform(somebody({ daily: 10 }), somebody({ hourly: 1 }))).toEqual(PLATFORM);
  // A cap above the default does not hide it.
  expect(knownPlatform(somebody({ hourly: 9000 })).hourly).toBe(5000);
});

test('[ACC-4] nobody gives more than they may send', () => {
  const giver = somebody({ hourly: 500 });
  expect(aboveOwn(giver, 'hourly', 501)).toBe(500);
  expect(aboveOwn(giver, 'hourly', 500)).toBeNull();
  expect(aboveOwn(giver, 'hourly', 'unlimited')).toBe(500);
  expect(aboveOwn(giver, 'daily', 40_001)).toBe(40_000);
  expect(aboveOwn(giver, 'monthly', 'unlimited')).toBeNull();
});
