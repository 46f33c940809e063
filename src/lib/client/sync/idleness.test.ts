import { expect, test } from 'vitest';
import { attendance } from './idleness';

const MINUTE = 60_000;

test('[ROL-6] somebody without input fades after two minutes and is gone after ten', () => {
  expect(attendance(2 * MINUTE - 1, 0, null)).toBe('here');
  expect(attendance(2 * MINUTE, 0, null)).toBe('idle');
  expect(attendance(10 * MINUTE - 1, 0, null)).toBe('idle');
  expect(attendance(10 * MINUTE, 0, null)).toBe('gone');
});

test('[ROL-6] a page that nobody can see for ten minutes has nobody at it', () => {
  expect(attendance(60 * MINUTE, 59.5 * MINUTE, 51 * MINUTE)).toBe('here');
  expect(attendance(60 * MINUTE, 59.5 * MINUTE, 50 * MINUTE)).toBe('gone');
});
