import { describe, expect, test } from 'vitest';
import { relativeTime } from './relative-time';

const now = new Date(2026, 10, 22, 10, 0, 0);
const before = (ms: number) => new Date(now.getTime() - ms);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('[UX-3] relative time', () => {
  test.each([
    [0, 'now'],
    [-5000, 'now'],
    [12_000, '12 s ago'],
    [59_999, '59 s ago'],
    [MINUTE, '1 m ago'],
    [59 * MINUTE, '59 m ago'],
    [HOUR, '1 h ago'],
    [9 * HOUR, '9 h ago'],
    [11 * HOUR, '11 h ago'],
    [13 * HOUR, 'Yesterday'],
    [30 * HOUR, 'Yesterday'],
    [6 * 24 * HOUR, '6 d ago'],
    [8 * 24 * HOUR, '14 Nov 2026']
  ])('%i ms ago reads %s', (past, text) => {
    expect(relativeTime(before(past), now, { locale: 'en-GB' })).toBe(text);
  });

  test('the short form of a relative time drops "ago"', () => {
    expect(relativeTime(before(3 * MINUTE), now, { short: true })).toBe('3 m');
  });
});
