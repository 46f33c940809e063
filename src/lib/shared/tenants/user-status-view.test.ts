import { describe, expect, test } from 'vitest';
import { daysLeftWords, statusNow } from './user-status-view';

const now = new Date('2026-03-10T12:00:00Z');

describe('[TEN-1] the status a list shows is the one in force', () => {
  test.each([
    ['active', null, null, 'active'],
    ['suspended', null, null, 'suspended'],
    ['suspended', '2026-03-10T12:00:01Z', null, 'suspended'],
    ['suspended', '2026-03-10T12:00:00Z', null, 'active'],
    ['closing', null, '2026-03-11T00:00:00Z', 'closing'],
    ['closing', null, '2026-03-10T11:59:59Z', 'closed']
  ] as const)('%s until %s, closing at %s: %s', (status, suspendedUntil, closesAt, expected) => {
    expect(statusNow({ status, suspendedUntil, closesAt }, now)).toBe(expected);
  });

  test.each([
    ['2026-03-10T13:00:00Z', 'ends today'],
    ['2026-03-11T13:00:00Z', '1 day left'],
    ['2026-04-09T12:00:00Z', '30 days left']
  ])('a closing that ends at %s: %s', (closesAt, words) => {
    expect(daysLeftWords(closesAt, now)).toBe(words);
  });
});
