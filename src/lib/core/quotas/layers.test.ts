import { expect, test } from 'vitest';
import { bindingGauge, refusingGauge, remainingOf, type Gauge } from './binding';
import { inheritAll, settingsOfUser, type PlatformCaps } from './caps';
import { isLimited, platformLayer, subjectLayer } from './layers';

const platform: PlatformCaps = { hourly: 100, daily: 'unlimited', monthly: 'unlimited', threads: 5 };
const olga = { type: 'administrator', id: 'o' } as const;
const gauge = (more: Partial<Gauge>): Gauge => ({
  layer: 'administrator',
  cap: 'daily',
  limit: 100,
  source: 'administrator',
  used: 0,
  held: 0,
  resetsAt: null,
  ...more
});

test('[QUO-1] a person’s cap is the smaller of their own and the ceiling, and says whose it is', () => {
  const { caps, account } = subjectLayer(olga, {
    platform,
    own: { ...inheritAll(), hourly: 500, daily: 50 },
    raises: []
  });
  expect(account).toBe('administrator:o');
  expect(caps.hourly).toEqual({ limit: 100, source: 'platform', raised: 0 });
  expect(caps.daily).toEqual({ limit: 50, source: 'administrator', raised: 0 });
  expect(caps.monthly.limit).toBe('unlimited');
  expect(caps.threads).toMatchObject({ limit: 5, source: 'platform' });
});

test('[TEN-2] a user’s cap is its own, else its package’s, never above the ceiling; where both leave it open it is the platform’s', () => {
  const ofPackage = { ...inheritAll(), hourly: 50, daily: 70, monthly: 10_000, threads: 9 };
  const own = { ...inheritAll(), daily: 900, monthly: 400 };
  const { caps, layer } = subjectLayer(
    { type: 'user', id: 'u' },
    { platform, own, ofPackage, raises: [{ cap: 'hourly', amount: 5 }] }
  );
  expect(layer).toBe('user');
  expect(caps.hourly).toEqual({ limit: 55, source: 'package', raised: 5 });
  expect(caps.daily).toMatchObject({ limit: 900, source: 'user' });
  expect(caps.monthly).toMatchObject({ limit: 400, source: 'user' });
  expect(caps.threads).toMatchObject({ limit: 5, source: 'platform' });
  expect(settingsOfUser(ofPackage, own)).toEqual({ hourly: 50, daily: 900, monthly: 400, threads: 9 });
});

test('[QUO-7] raises add up, each to its own cap, and make no limit where there is none', () => {
  const raises = [
    { cap: 'hourly', amount: 10 },
    { cap: 'hourly', amount: 5 },
    { cap: 'daily', amount: 7 }
  ] as const;
  const { caps } = subjectLayer(olga, { platform, own: inheritAll(), raises });
  expect(caps.hourly).toEqual({ limit: 115, source: 'platform', raised: 15 });
  expect(caps.daily.limit).toBe('unlimited');
});

test('[QUO-1] the smallest remaining binds, whatever the limits are', () => {
  const binding = bindingGauge([
    gauge({ limit: 50, used: 10 }),
    gauge({ cap: 'monthly', limit: 1000, used: 900, held: 70 }),
    gauge({ layer: 'platform', limit: 'unlimited', used: 5 })
  ]);
  expect(binding).toMatchObject({ cap: 'monthly', remaining: 30 });
});

test('[QUO-5] of walls that are equally near, the one that stands for longer is named', () => {
  const day = gauge({ used: 100, resetsAt: '2026-03-30T00:00:00.000Z' });
  const hour = gauge({ cap: 'hourly', used: 100, resetsAt: '2026-03-29T14:00:00.000Z' });
  expect(bindingGauge([hour, day])?.cap).toBe('daily');
  expect(bindingGauge([gauge({ layer: 'platform' }), gauge({})])?.layer).toBe('administrator');
});

test('[QUO-5] what refused is named, not what has least left: what never fits first, then what is full for longest', () => {
  const hour = gauge({ cap: 'hourly', limit: 10, used: 8, resetsAt: '2026-03-29T14:00:00.000Z' });
  const day = gauge({ limit: 100, used: 95, resetsAt: '2026-03-30T00:00:00.000Z' });
  const month = gauge({ cap: 'monthly', limit: 1000, used: 900, resetsAt: '2026-04-01T00:00:00.000Z' });
  expect(refusingGauge([hour, day, month], 3)?.cap).toBe('hourly');
  expect(refusingGauge([hour, day, month], 7)?.cap).toBe('daily');
  expect(refusingGauge([hour, day, month], 11)).toMatchObject({ cap: 'hourly', remaining: 2 });
  expect(refusingGauge([hour, { ...day, shadow: true }], 7)?.cap).toBe('hourly');
  expect(refusingGauge([hour, day, month], 2)).toBeNull();
});

test('[QUO-10] a cap that is only watched does not bind', () => {
  expect(bindingGauge([gauge({ limit: 0, shadow: true })])).toBeNull();
});

test('a cap below what was used leaves nothing, not less than that', () => {
  expect(remainingOf(gauge({ limit: 5, used: 9 }))).toBe(0);
  expect(bindingGauge([gauge({ limit: 'unlimited' })])).toBeNull();
});

test('a total that limits nothing is no layer to wait for', () => {
  const open = platformLayer({
    hourly: 'unlimited',
    daily: 'unlimited',
    monthly: 'unlimited'
  });
  expect(isLimited(open)).toBe(false);
  expect(isLimited(platformLayer(platform))).toBe(true);
});
