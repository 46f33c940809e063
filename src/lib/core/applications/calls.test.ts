import { expect, test } from 'vitest';
import { callsAMinute } from './calls';

test.each([
  ['as a minute begins it is that of the one before', [0, 60, 0], 0, 60],
  ['half of it later, the half of it', [0, 60, 0], 30, 30],
  ['and what came since', [0, 60, 40], 30, 70],
  ['as it ends, its own', [0, 60, 100], 60, 100],
  ['of nothing, nothing', [0, 0], 12, 0]
])('[APP-1] calls a minute: %s', (_, minutes, seconds, calls) =>
  expect(callsAMinute(minutes, seconds)).toBe(calls)
);
