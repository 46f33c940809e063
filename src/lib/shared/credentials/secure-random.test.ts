import { expect, test } from 'vitest';
import { generatePassword } from '$lib/core/sign-in/generated-password';
import { secureBelow } from './secure-random';

test('[ADM-3] a generated password can be read aloud and is never the same', () => {
  const many = Array.from({ length: 1000 }, () => generatePassword(secureBelow));
  for (const password of many)
    expect(password).toMatch(/^([bcdfghjkmnprstvwxz][aeiou]){2}(-([^aeiou-][aeiou]){2}){6}$/);
  expect(new Set(many).size).toBe(1000);
});

test('[ADM-3] each letter is as likely as the others', () => {
  const counts = new Array<number>(18).fill(0);
  for (let n = 0; n < 18_000; n++) counts[secureBelow(18)]! += 1;
  // Six standard deviations on either side.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(1000));
});
