import { expect, test } from 'vitest';
import { isCommonPassword } from '$lib/server/auth/common-passwords';
import { passwordStrength } from './password-strength';

const minLength = 15;

test.each([
  ['', 0, '0 of 15 characters'],
  ['short', 0, '5 of 15 characters'],
  ['🙂🙂🙂🙂🙂', 0, '5 of 15 characters'],
  ['aaaaaaaaaaaaaaaaaa', 0, 'Use more different characters.'],
  ['qwertzuiopasdfg', 1, '15 characters'],
  ['a cup of green tea at noon', 3, '26 characters, very long'],
  ['seven red herrings', 2, '18 characters, long']
] as const)('[AUT-1] the password %j has the strength %i', (password, level, words) => {
  expect(passwordStrength(password, { minLength })).toEqual({ level, words });
});

test('[AUT-1] one’s own name is no password', () => {
  expect(passwordStrength('maya.lindqvist1', { minLength, context: ['maya.lindqvist'] }).level).toBe(0);
});

test('[AUT-1] of what the server refuses as easy to guess nothing is said but how long it is', async () => {
  for (const password of ['qwertzuiopasdfg', 'correct horse battery staple', 'passwordpassword123456']) {
    expect(await isCommonPassword(password, [])).toBe(true);
    expect(passwordStrength(password, { minLength }).words).toMatch(/^\d+ characters(, (very )?long)?$/);
  }
});
