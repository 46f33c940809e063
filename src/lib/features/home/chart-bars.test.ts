import { expect, test } from 'vitest';
import { chartBars, CHART_HEIGHT } from './chart-bars';

const hour = (ok: number, failed: number) => ({ hour: '2026-11-22T05:00:00Z', ok, failed });

test('a chart of nothing has no bars', () => {
  const bars = chartBars([hour(0, 0)]);
  expect([...bars.ok, ...bars.failed]).toEqual([null, null]);
});

test('one among thousands can still be seen, and nothing leaves the chart', () => {
  const { ok, failed } = chartBars([hour(1, 900), hour(5000, 1)]);
  expect(ok[0]?.height).toBeGreaterThanOrEqual(2);
  expect(failed[1]?.height).toBeGreaterThanOrEqual(2);
  for (const bar of [...ok, ...failed]) {
    expect(bar?.y).toBeGreaterThanOrEqual(0);
    expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeLessThanOrEqual(CHART_HEIGHT);
  }
});
