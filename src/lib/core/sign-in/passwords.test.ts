import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PASSWORD_MAX, PASSWORD_MAX_BYTES, PASSWORD_MIN, passwordProblem } from './passwords';

const GOOD = 'a long enough sentence';

test('[AUT-1] 15 to 256 code points, counted as people count them', () => {
  expect(passwordProblem('abcdefghijklmn')).toMatch(/at least 15/);
  expect(passwordProblem('abcdefghijklmno')).toBeNull();
  expect(passwordProblem('🐳🦊🐝🐙🦀🐧🦉🐢🐍🦎🐬🐌🦋🐞🦒')).toBeNull();
  const longest = GOOD.padEnd(PASSWORD_MAX, 'x');
  expect(passwordProblem(longest)).toBeNull();
  expect(passwordProblem(`${longest}x`)).toMatch(/at most 256/);
});

test('[AUT-1] at most 1,024 bytes, which 256 of the longest characters are', () => {
  const whales = [...'🐳🦊🐝🐙🦀'].join('').repeat(52);
  expect([...whales].length).toBeGreaterThan(PASSWORD_MAX);
  expect(passwordProblem([...whales].slice(0, PASSWORD_MAX).join(''))).toBeNull();
  expect(new TextEncoder().encode([...whales].slice(0, PASSWORD_MAX).join('')).length).toBe(
    PASSWORD_MAX_BYTES
  );
});

test('an accent on its own counts like the composed letter', () => {
  expect(passwordProblem('e\u0301abcdefghijklm')).toMatch(/at least 15/);
});

test('ill-formed text is refused: it would be hashed as something else', () => {
  expect(passwordProblem(`${GOOD}\ud800`)).toMatch(/cannot be stored/);
});

test('a password is not long by repetition', () => {
  expect(passwordProblem('aaaaaaaaaaaaaaaaaaaa')).toMatch(/different characters/);
  expect(passwordProblem('abababababababababab')).toMatch(/different characters/);
});

test('one’s own name or address is not a password', () => {
  expect(passwordProblem('mayalindqvist12', ['mayalindqvist'])).toMatch(/your own name/);
  expect(passwordProblem('MayaLindqvistMayaLindqvist1', ['mayalindqvist'])).toMatch(/your own name/);
  expect(passwordProblem('mayalindqvist rides a horse', ['mayalindqvist'])).toBeNull();
  expect(passwordProblem('a sentence about max', ['max'])).toBeNull();
});

test('no rule about composition: any long, varied text will do', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-ascii', minLength: PASSWORD_MIN, maxLength: 100 }),
      (password) => {
        fc.pre(new Set(password.toLowerCase()).size >= 5);
        expect(passwordProblem(password)).toBeNull();
      }
    )
  );
});
