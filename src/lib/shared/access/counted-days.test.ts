import { expect, test } from 'vitest';
import { countedDays } from './counted-days';

test('[DEC-6] what is counted since today is counted for one day, and never for fewer', () => {
  const now = new Date('2026-11-29T12:00:00Z');
  expect(countedDays('2026-11-29T11:00:00Z', now)).toBe(1);
  expect(countedDays('2026-11-29T12:30:00Z', now)).toBe(1);
  expect(countedDays('2026-11-28T11:00:00Z', now)).toBe(2);
  expect(countedDays('2026-08-31T11:00:00Z', now)).toBe(91);
});
