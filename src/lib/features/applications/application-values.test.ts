import { expect, test } from 'vitest';
import { networksIn } from '$lib/shared/words/networks';
import { inputOf, perMinuteIn, textProblem, textsOf } from './application-values';

test.each([
  ['', null],
  ['  ', null],
  ['600', 600],
  ['6,000', 6000],
  ['1 000 000', 1_000_000],
  ['0', undefined],
  ['1.5', undefined],
  ['1000001', undefined],
  ['-3', undefined],
  ['many', undefined]
])('[UX-4] calls per minute typed as “%s”', (typed, calls) => {
  expect(perMinuteIn(typed)).toBe(calls);
  expect(textProblem('perMinute', typed) === null).toBe(calls !== undefined);
});

test('[APP-1] addresses are typed one per line, or as they come', () => {
  expect(networksIn(' 10.20.0.0/28\n2001:db8::7, 10.0.0.1;10.0.0.2\n\n')).toEqual([
    '10.20.0.0/28',
    '2001:db8::7',
    '10.0.0.1',
    '10.0.0.2'
  ]);
  const many = Array.from({ length: 51 }, (_, at) => `10.0.0.${at}`).join('\n');
  expect(textProblem('allowlist', many)).not.toBeNull();
});

test('[LIV-7] what is sent is what was touched, and nothing else', () => {
  const texts = textsOf({
    name: 'Partner portal',
    role: { id: 'support' },
    steward: null,
    allowlist: ['10.0.0.1'],
    perMinute: null
  });
  expect(inputOf(texts, [])).toEqual({});
  expect(inputOf({ ...texts, perMinute: '', allowlist: '' }, ['perMinute', 'allowlist'])).toEqual({
    perMinute: null,
    allowlist: []
  });
  // No one is nobody to send.
  expect(inputOf(texts, ['stewardId', 'name'])).toEqual({ name: 'Partner portal' });
});
