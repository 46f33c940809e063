import { describe, expect, test } from 'vitest';
import { inheritCounts, unlimitedCounts } from '$lib/core/packages/counts';
import { inheritAll } from '$lib/core/quotas/caps';
import { inForceLines, packageChange, type Typed } from './in-force-lines';

const platform = { hourly: 20_000, daily: 250_000, monthly: 5_000_000, threads: 32 };
const growth = {
  name: 'Growth',
  caps: { hourly: 2000, daily: 30_000, monthly: 600_000, threads: 4 },
  counts: { ...unlimitedCounts(), contacts: 100_000, sendingDomains: 5 }
};
const starter = {
  name: 'Starter',
  caps: { hourly: 1000, daily: 10_000, monthly: 200_000, threads: 4 },
  counts: { ...unlimitedCounts(), contacts: 10_000, sendingDomains: 5 }
};
const typedAs =
  (own: Record<string, Typed>) =>
  (key: string): Typed =>
    key in own ? own[key] : 'inherit';
const line = (own: Record<string, Typed>, id: string, of: typeof growth | null = growth) =>
  inForceLines({ typed: typedAs(own), of, platform }).find((each) => each.id === id)!;

describe('[TEN-1] [QUO-1] what will be in force, and whose it is', () => {
  test('follows the package, and names it and the platform', () => {
    expect(line({}, 'hourly')).toMatchObject({
      value: '2,000',
      source: 'Package Growth',
      own: false,
      notes: ['platform 20,000']
    });
  });

  test('what will be in force is the own one, above the package and below it, with what it replaces', () => {
    expect(line({ 'caps.daily': 45_000 }, 'daily')).toMatchObject({
      value: '45,000',
      source: 'Own',
      own: true,
      replaced: '30,000'
    });
    expect(line({ 'counts.contacts': 'unlimited' }, 'contacts')).toMatchObject({
      value: 'No limit',
      own: true,
      replaced: '100,000'
    });
  });

  test('what will be in force is never above the platform, and says so', () => {
    expect(line({ 'caps.threads': 40 }, 'threads')).toMatchObject({
      value: '32',
      source: 'Platform',
      own: false
    });
  });

  test('what will be in force says that what cannot be read is not valid', () => {
    expect(line({ 'caps.threads': undefined }, 'threads')).toMatchObject({ value: null, valid: false });
  });

  test('what will be in force says nothing of a platform that is not known here', () => {
    const unknown = { hourly: null, daily: null, monthly: null, threads: null };
    const of = { ...growth, caps: inheritAll() };
    const [first] = inForceLines({ typed: typedAs({}), of, platform: unknown });
    expect(first).toMatchObject({ value: null, valid: true, source: 'Platform' });
  });

  test('what will be in force tells in how many days a month is used up', () => {
    expect(line({ 'caps.daily': 45_000 }, 'monthly').notes).toContain('reached in 13 days at 45,000 a day');
    expect(line({ 'caps.daily': 1000 }, 'monthly').notes).toEqual(['platform 5,000,000']);
  });
});

describe('[TEN-2] what another package does', () => {
  test('what another package does counts what rises and falls, and names the own limit that stays', () => {
    const typed = typedAs({ 'caps.daily': 45_000 });
    expect(packageChange(starter, growth, { typed, platform })).toBe(
      '3 limits rise, none falls. The own daily limit stays.'
    );
    expect(packageChange(growth, starter, { typed: typedAs({}), platform })).toBe(
      '4 limits fall, none rises.'
    );
    expect(packageChange(growth, growth, { typed, platform })).toBe('no limit changes.');
  });

  test('no cap is above the platform, so none of two above it rises', () => {
    const huge = { ...growth, caps: { ...growth.caps, threads: 64 }, counts: growth.counts };
    const huger = { ...huge, caps: { ...huge.caps, threads: 128 } };
    expect(packageChange(huge, huger, { typed: typedAs({ ...inheritCounts() }), platform })).toBe(
      'no limit changes.'
    );
  });
});
