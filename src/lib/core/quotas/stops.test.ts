import { describe, expect, test } from 'vitest';
import type { CapUsage, CapUsages } from './cap-usage';
import type { CapId } from './caps';
import { gaugeLook, isFull, partUsed } from './gauge-look';
import { capToShow, compareStops, stopOf } from './stops';

const at = (hour: number) => `2026-04-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const usage = (over: Partial<CapUsage> = {}): CapUsage => ({
  ...{ used: 0, held: 0, limit: 'unlimited', source: 'platform', resetsAt: null, forecastAt: null },
  ...over
});
const caps = (over: Partial<Record<CapId, Partial<CapUsage>>> = {}): CapUsages => ({
  hourly: usage(over.hourly),
  daily: usage(over.daily),
  monthly: usage(over.monthly),
  threads: usage(over.threads)
});
const pause = { subject: 'platform', reason: 'complaints', until: null, by: 'Maya' };
const free = 'active';

describe('[QUO-6] what stops somebody first', () => {
  test.each<[string, CapUsages, object]>([
    [
      'a cap that is reached',
      caps({ daily: { limit: 10, used: 10, resetsAt: at(22) } }),
      { kind: 'full', cap: 'daily', freesAt: at(22) }
    ],
    [
      'of two that are reached the one that stays so for longer',
      caps({
        hourly: { limit: 5, used: 5, resetsAt: at(13) },
        monthly: { limit: 9, used: 9, resetsAt: at(23) }
      }),
      { kind: 'full', cap: 'monthly', freesAt: at(23) }
    ],
    ['a closed cap', caps({ hourly: { limit: 0 } }), { kind: 'full', cap: 'hourly', freesAt: null }],
    [
      'the one that is reached first',
      caps({
        daily: { limit: 9, used: 1, forecastAt: at(20) },
        monthly: { limit: 9, used: 1, forecastAt: at(18) }
      }),
      { kind: 'foretold', cap: 'monthly', at: at(18) }
    ],
    [
      'one that is near',
      caps({ hourly: { limit: 10, used: 5, held: 4 } }),
      { kind: 'near', cap: 'hourly', part: 90 }
    ],
    [
      'threads that are all busy only delay',
      caps({ threads: { limit: 4, used: 4 } }),
      { kind: 'near', cap: 'threads', part: 100 }
    ],
    [
      'a raise that ends',
      caps({ daily: { limit: 9, used: 1, raise: { amount: 4, until: at(18) } } }),
      { kind: 'raised', cap: 'daily', until: at(18) }
    ],
    [
      'a pause, whatever is reached',
      caps({ daily: { limit: 1, used: 1, paused: pause } }),
      { kind: 'paused', pause }
    ],
    ['nothing within the day', caps({ daily: { limit: 9, used: 1 } }), { kind: 'none' }],
    ['nothing ever', caps({ threads: { limit: 4 } }), { kind: 'never' }]
  ])('%s', (_, given, expected) => expect(stopOf(given, free)).toEqual(expected));

  test('a suspension is what stops somebody', () =>
    expect(stopOf(caps(), 'suspended')).toEqual({ kind: 'suspended' }));

  test('sorts by it: reached, by the time it will be, by how near', () => {
    const sorted = [
      stopOf(caps(), free),
      stopOf(caps({ hourly: { limit: 100, used: 85 } }), free),
      stopOf(caps({ daily: { limit: 9, used: 1, forecastAt: at(20) } }), free),
      stopOf(caps({ hourly: { limit: 100, used: 95 } }), free),
      stopOf(caps({ daily: { limit: 9, used: 9, resetsAt: at(22) } }), free),
      stopOf(caps({ daily: { limit: 9, used: 1, forecastAt: at(18) } }), free)
    ].sort(compareStops);
    expect(sorted.map((stop) => ('at' in stop ? stop.at : 'part' in stop ? stop.part : stop.kind))).toEqual([
      ...['full', at(18), at(20), 95, 85, 'never']
    ]);
  });

  test('on a phone the cap is shown that it is about, or the one that is used most', () => {
    const calm = caps({ hourly: { limit: 10, used: 1 }, daily: { limit: 10, used: 5 } });
    expect(capToShow(calm, stopOf(calm, free))).toBe('daily');
    const full = caps({ hourly: { limit: 2, used: 2 }, daily: { limit: 2, used: 1 } });
    expect(capToShow(full, stopOf(full, free))).toBe('hourly');
  });
});

describe('[QUO-6] how a gauge is drawn', () => {
  const given = { lastHour: 100, now: Date.parse(at(12)) };
  test.each<[string, CapId, Partial<CapUsage>, object]>([
    [
      'used, and where it will be at the end',
      'daily',
      { limit: 1000, used: 200, resetsAt: at(16) },
      { tone: 'used', used: 20, forecast: 60, runsFull: false }
    ],
    [
      'from four fifths on',
      'daily',
      { limit: 1000, used: 700, held: 100, resetsAt: at(13) },
      { tone: 'warn', used: 80, forecast: 90 }
    ],
    [
      'into the end',
      'daily',
      { limit: 1000, used: 500, resetsAt: at(22), forecastAt: at(17) },
      { forecast: 100, runsFull: true }
    ],
    [
      'an hour foretells nothing',
      'hourly',
      { limit: 1000, used: 100, resetsAt: at(13) },
      { tone: 'used', forecast: null }
    ],
    ['stopped', 'daily', { limit: 10, used: 12 }, { tone: 'stopped', used: 100 }],
    ['closed', 'daily', { limit: 0 }, { tone: 'stopped', used: 100 }],
    [
      'paused',
      'daily',
      { limit: 10, used: 2, paused: pause, resetsAt: at(22) },
      { tone: 'paused', used: 20, forecast: null }
    ],
    ['raised', 'daily', { limit: 100, used: 20, raise: { amount: 40, until: at(18) } }, { base: 60 }],
    ['without a limit', 'daily', { used: 20 }, { tone: 'none', used: 0 }]
  ])('%s', (_, cap, over, expected) => expect(gaugeLook(cap, usage(over), given)).toMatchObject(expected));

  test('without a connection nobody knows', () => {
    const look = gaugeLook('daily', usage({ limit: 10, used: 2, resetsAt: at(22) }), {
      ...given,
      known: false
    });
    expect(look).toMatchObject({ tone: 'unknown', used: 20, forecast: null, runsFull: false });
  });

  test('the used part of a gauge is never more than the whole', () => {
    expect([
      partUsed(usage()),
      partUsed(usage({ limit: 0 })),
      partUsed(usage({ limit: 4, used: 9 }))
    ]).toEqual([null, 100, 100]);
    expect([isFull(usage()), isFull(usage({ limit: 3, used: 2, held: 1 }))]).toEqual([false, true]);
  });
});
