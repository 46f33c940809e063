import { expect, test } from 'vitest';
import { asksFirst } from './bulk-gesture';

test.each([
  [11, 6, true],
  [10, 600, false],
  [380, 5, false],
  [0, 600, false]
])('[UX-7] %i changes for %i members ask first: %s', (changes, members, asks) => {
  expect(asksFirst(changes, members)).toBe(asks);
});
