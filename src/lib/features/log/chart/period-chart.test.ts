import { describe, expect, test } from 'vitest';
import { periodBars, spanWords } from './period-chart';

const at = (text: string) => Date.parse(text);
const chart = {
  from: '2026-11-22T00:00:00.000Z',
  to: '2026-11-22T04:00:00.000Z',
  step: 3600,
  bars: [
    { at: '2026-11-22T01:00:00.000Z', ok: 200, failed: 1 },
    { at: '2026-11-22T03:00:00.000Z', ok: 1, failed: 0 }
  ],
  since: null
};

describe('[LOG-4] the bars of a chart', () => {
  test('the bars of a chart are one for each step, the empty ones included', () =>
    expect(periodBars(chart).map(({ ok, failed }) => [ok, failed])).toEqual([
      [0, 0],
      [200, 1],
      [0, 0],
      [1, 0]
    ]));

  test('every bar of a chart can be seen, however small', () => {
    const [none, most, , few] = periodBars(chart);
    expect([none!.up, most!.up, most!.down]).toEqual([0, 1, 1]);
    expect(few!.up).toBeGreaterThan(0.05);
  });

  test('before the counting begins are unknown, not empty', () =>
    expect(periodBars({ ...chart, since: '2026-11-22T02:30:00.000Z' }).map(({ unknown }) => unknown)).toEqual(
      [true, true, false, false]
    ));
});

describe('a span of time in words', () => {
  test.each([
    [10, '2026-11-22T10:00:00', '2026-11-22T10:00:10', '22 Nov, 10:00:00 to 10:00:10'],
    [3600, '2026-11-22T10:00:00', '2026-11-22T11:00:00', '22 Nov, 10:00 to 11:00'],
    [3600, '2026-11-22T23:00:00', '2026-11-23T00:00:00', '22 Nov, 23:00 to 23 Nov, 00:00'],
    [86_400, '2026-11-22T00:00:00', '2026-11-23T00:00:00', '22 Nov'],
    [86_400, '2026-11-22T00:00:00', '2026-11-25T00:00:00', '22 Nov to 24 Nov']
  ])('a span of time in words, of steps of %d s', (step, from, to, words) =>
    expect(spanWords(at(from), at(to), step, 'en-GB')).toBe(words)
  );
});
