import { expect, test } from 'vitest';
import { passwordStrength } from './password-strength';

const minLength = 15;

test.each([
  ['', 0, '0 of 15 characters'],
  ['short', 0, '5 of 15 characters'],
  ['🙂🙂🙂🙂🙂', 0, '5 of 15 characters'],
  ['aaaaaaaaaaaaaaaaaa', 0, 'Use more different characters.'],
  ['qwertzuiopasdfg', 1, 'Good'],
  ['a cup of green tea at noon', 3, 'Very strong'],
  ['seven red herrings', 2, 'Strong']
] as const)('[AUT-1] %j is level %i', (password, level, words) => {
  expect(passwordStrength(password, { minLength })).toEqual({ level, words });
});

test('[AUT-1] one’s own name is no password', () => {
  expect(passwordStrength('maya.lindqvist1', { minLength, context: ['maya.lindqvist'] }).level).toBe(0);
});
