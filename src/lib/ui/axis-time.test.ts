import { expect, test } from 'vitest';
import { axisTime, clockTime } from './axis-time';

const AT = Date.UTC(2026, 10, 28, 21, 6, 50);
const HOUR = 3600;
const american = { locale: 'en-US', timeZone: 'UTC' };
const german = { locale: 'de-DE', timeZone: 'UTC' };
/** Intl puts a narrow blank before PM. */
const plain = (text: string) => text.replace(/\s/gu, ' ');

test('[UX-4] a clock on an axis has no seconds, and no leading zero where it has twelve hours', () => {
  expect(plain(clockTime(AT, american))).toBe('9:06 PM');
  expect(plain(clockTime(Date.UTC(2026, 10, 28, 4), american))).toBe('4 AM');
  expect(clockTime(Date.UTC(2026, 10, 28, 4), german)).toBe('04:00');
});

test('[UX-4] the day stands where it changes, and alone where a step is a day', () => {
  const before = AT - 6 * HOUR * 1000;
  expect(plain(axisTime(AT, { step: HOUR, before: null, ...american }))).toBe('9:06 PM');
  expect(plain(axisTime(AT, { step: HOUR, before, ...american }))).toBe('9:06 PM');
  expect(plain(axisTime(AT, { step: HOUR, before: before - 86_400_000, ...american }))).toBe(
    'Nov 28, 9:06 PM'
  );
  expect(axisTime(AT, { step: 86_400, before, ...american })).toBe('Nov 28');
});
