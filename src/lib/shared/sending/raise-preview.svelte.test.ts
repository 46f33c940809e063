import { describe, expect, test } from 'vitest';
import type { CapUsage, CapUsages } from '$lib/core/quotas/cap-usage';
import { comingWords, momentWords, stopWords } from '../quotas/gauge-words';
import { endOf, raisedUsage, raiseSentences } from './raise-preview';
import { historyFile, withEmptyHours } from './usage-history.svelte';

const now = new Date('2026-04-01T12:00:00.000Z');
const clock = { now, timeZone: 'Europe/Berlin', locale: 'en-GB' };
const usage = (over: Partial<CapUsage> = {}): CapUsage => ({
  ...{ used: 0, held: 0, limit: 'unlimited', source: 'platform', resetsAt: null, forecastAt: null },
  ...over
});
const caps = (daily: Partial<CapUsage>, lastHour = 0): CapUsages => ({
  hourly: usage({ used: lastHour }),
  daily: usage(daily),
  monthly: usage(),
  threads: usage()
});

describe('[QUO-6] times are in the zone of the installation', () => {
  test.each([
    ['2026-04-01T14:40:00.000Z', '16:40'],
    ['2026-04-01T22:00:00.000Z', 'Thu 00:00'],
    ['2026-04-30T22:00:00.000Z', '1 May, 00:00']
  ])('%s', (iso, expected) => expect(momentWords(iso, clock)).toBe(expected));

  test('a forecast and what comes of a cap are sentences', () => {
    const foretold = usage({
      limit: 100,
      used: 50,
      forecastAt: '2026-04-01T14:40:00.000Z',
      resetsAt: '2026-04-01T22:00:00.000Z'
    });
    expect(comingWords('daily', foretold, clock)).toBe('reaches the limit at 16:40');
    expect(
      comingWords('daily', usage({ limit: 10, used: 10, resetsAt: '2026-04-01T22:00:00.000Z' }), clock)
    ).toBe('free again on Thu 00:00');
    expect(comingWords('daily', usage(), clock)).toBeNull();
    expect(stopWords({ kind: 'foretold', cap: 'daily', at: '2026-04-01T14:40:00.000Z' }, clock).title).toBe(
      'Daily limit, 16:40'
    );
  });
});

describe('[QUO-7] a raise before it is made', () => {
  const until = '2026-04-01T16:00:00.000Z';
  test('stands on the cap, with what was raised before', () => {
    expect(raisedUsage(usage({ limit: 100, raise: { amount: 20, until } }), 50, until)).toMatchObject({
      limit: 150,
      raise: { amount: 70 }
    });
    expect(raisedUsage(usage(), 50, until)).toBeNull();
  });

  test('a raise before it is made says what happens when it ends', () => {
    const given = { cap: 'daily', amount: 500, until } as const;
    const day = {
      limit: 1000,
      used: 700,
      resetsAt: '2026-04-01T22:00:00.000Z',
      forecastAt: '2026-04-01T15:00:00.000Z'
    };
    expect(raiseSentences({ ...given, caps: caps(day, 100) }, clock)).toEqual([
      'Without it, the limit is reached at 17:00.',
      'At 18:00 the limit is 1,000 again.',
      'At this pace about 1,100 will be used by then: sending stops until the count begins again.'
    ]);
    expect(raiseSentences({ ...given, caps: caps({ ...day, forecastAt: null }, 10) }, clock)).toEqual([
      'At 18:00 the limit is 1,000 again.'
    ]);
  });

  test('a raise before it is made ends with the hour, the day or when somebody says', () => {
    const at = (end: Parameters<typeof endOf>[0], typed = '') => endOf(end, { now, dayEnds: until, typed });
    expect([at('hour'), at('day'), at('other'), at('other', 'nonsense')]).toEqual([
      '2026-04-01T13:00:00.000Z',
      until,
      null,
      null
    ]);
    expect(at('other', '2026-04-01T18:00:00Z')).toBe('2026-04-01T18:00:00.000Z');
  });
});

describe('[QUO-11] the history of usage', () => {
  test('the history of usage has an hour for each, also where nothing happened', () => {
    const from = Date.parse('2026-04-01T10:00:00.000Z');
    const told = [{ hour: '2026-04-01T11:00:00.000Z', units: 4, over: 0 }];
    expect(withEmptyHours(told, from, 3).map(({ units }) => units)).toEqual([0, 4, 0]);
  });

  test('as a file is safe in a spreadsheet', () => {
    const file = historyFile('=HYPERLINK("x")', caps({ limit: 100 }), [
      { hour: '2026-04-01T11:00:00.000Z', units: 4, over: 1 }
    ]);
    expect(file.split('\r\n')).toEqual([
      '\uFEFF"Name","Hour (UTC)","Recipients","Over a watched cap","Hourly rate now","Daily limit now","Monthly limit now","Maximum threads now"',
      `"'=HYPERLINK(""x"")","2026-04-01T11:00:00.000Z",4,1,"unlimited",100,"unlimited","unlimited"`,
      ''
    ]);
  });
});
