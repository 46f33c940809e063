import { describe, expect, test } from 'vitest';
import { byDay, clockTime } from './history-days';

const at = (...local: [number, number, number, number?, number?]) => ({
  at: new Date(...local).toISOString()
});

test('[UX-3] its times are written as clocks are elsewhere', () => {
  const { at: morning } = at(2026, 10, 22, 3, 27);
  expect(clockTime(morning, 'en-US').replace(/\s/gu, ' ')).toBe('3:27 AM');
  expect(clockTime(morning, 'en-GB')).toBe('03:27');
});

describe('[UX-3] the days of a history', () => {
  const now = new Date(2026, 10, 22, 9, 30);

  test('the days of a history are the viewer’s calendar days, not spans of 24 hours', () => {
    const days = byDay(
      [at(2026, 10, 22, 0, 1), at(2026, 10, 21, 23, 59), at(2026, 10, 21, 1), at(2026, 10, 20, 12)],
      now,
      'en-GB'
    );
    expect(days.map(({ label, items }) => [label, items.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 2],
      ['Friday, 20 November 2026', 1]
    ]);
  });

  test('know yesterday across the end of a month', () => {
    expect(byDay([at(2026, 9, 31, 22)], new Date(2026, 10, 1, 1), 'en-GB')[0]!.label).toBe('Yesterday');
  });

  test('a history of nothing has no days', () => expect(byDay([], now)).toEqual([]));
});
