import { describe, expect, test } from 'vitest';
import { localDay, twoFactorReminder } from './two-factor-reminder';

const NOW = new Date(2026, 10, 22, 10, 0, 0);
const DAY_MS = 86_400_000;
const from = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();
const asked = (days: number) => ({ on: false, required: false, from: from(days) });

describe('[AUT-2] the reminder of a second factor to come', () => {
  test.each([
    ['nobody asks', { on: false, required: false, from: null }],
    ['it is set up', { on: true, required: false, from: from(3) }],
    ['it is required already', { on: false, required: true, from: null }],
    ['the date is over', asked(-1)],
    ['the date is none', { on: false, required: false, from: 'soon' }]
  ])('the reminder is silent when %s', (_why, state) =>
    expect(twoFactorReminder(state, NOW, null)).toBeNull()
  );

  test('the reminder of a second factor to come can be put off for a day until a week before', () => {
    expect(twoFactorReminder(asked(20), NOW, null)).toMatchObject({ days: 20, dismissible: true });
    expect(twoFactorReminder(asked(20), NOW, localDay(NOW))).toBeNull();
    const tomorrow = new Date(NOW.getTime() + DAY_MS);
    expect(twoFactorReminder(asked(20), tomorrow, localDay(NOW))).toMatchObject({ days: 19 });
  });

  test.each([7, 3, 0.5])('cannot any more %d days before', (days) => {
    expect(twoFactorReminder(asked(days), NOW, localDay(NOW))).toMatchObject({ dismissible: false });
  });
});
