import { expect, test } from 'vitest';
import { gaugeLook } from '$lib/core/quotas/gauge-look';
import type { CapUsage } from '$lib/core/quotas/cap-usage';
import { atWords, comingWords, sourceWords } from './gauge-words';

const clock = { now: new Date('2026-04-02T12:00:00Z'), timeZone: 'UTC', locale: 'en-GB' };
const usage = (over: Partial<CapUsage>): CapUsage => ({
  ...{ used: 100, held: 0, limit: 100, source: 'platform', resetsAt: '2026-04-03T00:00:00.000Z' },
  ...{ forecastAt: null, ...over }
});

test('[QUO-10] a watched cap says what it would have stopped, and never that nothing can be sent', () => {
  const words = (over: Partial<CapUsage>) => comingWords('daily', usage(over), clock);
  expect(words({})).toMatch(/^free again/);
  expect(words({ shadow: { over: 120 } })).toBe('would have stopped 120 in 24 hours');
  expect(words({ shadow: { over: 0 } })).toBe('watched only');
  expect(words({ used: 50, shadow: { over: null }, forecastAt: '2026-04-02T16:40:00.000Z' })).toBe(
    'would reach the limit at 16:40, watched only'
  );
  expect(words({ limit: 'unlimited', shadow: { over: 0 } })).toBeNull();
  expect(sourceWords(usage({ shadow: { over: 0 } }), 'Lena')).toBe('Platform, watched');
  expect(sourceWords(usage({ source: 'administrator' }), 'Lena')).toBe('Set for Lena');
});

test('[QUO-10] a watched cap is drawn as one that stops nothing', () => {
  const look = (over: Partial<CapUsage>) =>
    gaugeLook('daily', usage(over), { lastHour: 0, now: clock.now.getTime() });
  expect(look({})).toMatchObject({ tone: 'stopped', watched: false });
  expect(look({ shadow: { over: 1 } })).toMatchObject({ tone: 'warn', watched: true });
});

test.each([
  ['en-GB', 'at 16:40', 'on Fri 16:40'],
  ['da-DK', 'at 16.40', 'on fre. 16.40'],
  ['fi-FI', 'at 16.40', 'on pe 16.40'],
  ['en-US', 'at 4:40 PM', 'on Fri 4:40 PM']
])('[QUO-10] today is “at”, another day is “on”, as clocks are written in %s', (locale, today, tomorrow) => {
  // Some write a narrow space before PM.
  const words = (iso: string) => atWords(iso, { ...clock, locale }).replaceAll('\u202f', ' ');
  expect(words('2026-04-02T16:40:00.000Z')).toBe(today);
  expect(words('2026-04-03T16:40:00.000Z')).toBe(tomorrow);
});
