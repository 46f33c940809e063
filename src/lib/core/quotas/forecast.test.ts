import { describe, expect, test } from 'vitest';
import type { Gauge } from './binding';
import { forecastOf, isNear } from './forecast';

const now = new Date('2026-04-01T12:00:00.000Z');
const midnight = '2026-04-02T00:00:00.000Z';
const gauge = (over: Partial<Gauge> = {}): Gauge => ({
  layer: 'administrator',
  cap: 'daily',
  limit: 1000,
  source: 'administrator',
  used: 300,
  held: 100,
  resetsAt: midnight,
  ...over
});

describe('[QUO-6] the forecast', () => {
  test.each<[string, Partial<Gauge>, number, string | null]>([
    ['at the pace of the last hour', {}, 200, '2026-04-01T15:00:00.000Z'],
    ['not before the day is over', {}, 50, null],
    ['nothing was sent lately', {}, 0, null],
    ['the cap is reached', { used: 900 }, 200, null],
    ['there is no cap', { limit: 'unlimited' }, 200, null],
    ['an hour frees itself', { cap: 'hourly' }, 200, null],
    ['threads are no units', { cap: 'threads' }, 200, null],
    ['it frees itself at no time', { resetsAt: null }, 200, null]
  ])('%s', (_, over, pace, expected) => expect(forecastOf(gauge(over), pace, now)).toBe(expected));
});

test.each<[string, Partial<Gauge>, boolean]>([
  ['below', { used: 699 }, false],
  ['four fifths, with what is held', { used: 700 }, true],
  ['above a cap that was lowered', { used: 2000 }, true],
  ['nothing of a closed cap', { limit: 0, used: 0, held: 0 }, false],
  ['no cap', { limit: 'unlimited', used: 5000 }, false]
])('[QUO-6] near a cap: %s', (_, over, expected) => expect(isNear(gauge(over))).toBe(expected));
