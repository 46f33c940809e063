import { expect, test } from 'vitest';
import { firstSignIn } from './first-sign-in';

const NOW = Date.UTC(2026, 10, 28, 10);
const within = (hours: number, invited: boolean) =>
  firstSignIn({ invited, expires: new Date(NOW + hours * 3_600_000).toISOString() }, NOW);

test('[ADM-5] invited people and those with an initial password are told apart, in grey while there is time', () => {
  expect(within(60, true)).toEqual({ words: 'Invited', tone: 'quiet' });
  expect(within(60, false)).toEqual({ words: 'Must change password', tone: 'quiet' });
  expect(firstSignIn(undefined, NOW).tone).toBe('quiet');
});

test('[ADM-5] the last twelve hours and what is over stand out', () => {
  expect(within(11.5, true)).toEqual({ words: 'Invited, 12 h left', tone: 'soon' });
  expect(within(12.5, true).tone).toBe('quiet');
  expect(within(0.2, false)).toEqual({ words: 'New password, 1 h left', tone: 'soon' });
  expect(within(-1, true)).toEqual({ words: 'Expired', tone: 'over' });
});
