import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartSteps } from './chart-steps';

const at = (text: string) => new Date(text);

test('[LOG-4] a chart has a bar for each step, few enough to be drawn, and covers the period', () =>
  fc.assert(
    fc.property(
      fc.nat(2_000_000_000),
      fc.nat(800_000_000),
      fc.integer({ min: -14 * 60, max: 14 * 60 }),
      (begin, length, minutes) => {
        const { step, from, to } = chartSteps(
          new Date(begin * 1000),
          new Date((begin + length) * 1000),
          minutes * 60
        );
        const bars = (to.getTime() - from.getTime()) / 1000 / step;
        expect(Number.isInteger(bars)).toBe(true);
        expect(bars).toBeGreaterThan(0);
        expect(bars).toBeLessThanOrEqual(73);
        expect(from.getTime()).toBeLessThanOrEqual(begin * 1000);
        expect(to.getTime()).toBeGreaterThan((begin + length) * 1000);
      }
    )
  ));

test('days begin at midnight where the reader is', () => {
  const { step, from } = chartSteps(at('2026-10-05T10:00:00Z'), at('2026-11-22T10:00:00Z'), 2 * 3600);
  expect(step).toBe(86_400);
  expect(from.toISOString()).toBe('2026-10-04T22:00:00.000Z');
});
