import { expect, test } from 'vitest';
import { endsSoon, expiryWords, firstSignIn } from './first-sign-in';

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

test.each([
  [72, 'in 3 d', false],
  [48, 'in 2 d', false],
  [47.5, 'in 48 h', false],
  [12, 'in 12 h', true],
  [1, 'in 1 h', true],
  [0.99, 'in 60 min', true],
  [0.01, 'in 1 min', true],
  [0, 'Expired', false],
  [-5, 'Expired', false]
])('[ADM-5] %d hours before it ends: %s', (hours, words, soon) => {
  const expires = new Date(NOW + hours * 3_600_000).toISOString();
  expect([expiryWords(expires, NOW), endsSoon(expires, NOW)]).toEqual([words, soon]);
});
