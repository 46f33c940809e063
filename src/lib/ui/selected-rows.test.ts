import { describe, expect, test } from 'vitest';
import { coverage, rangeBetween } from './selected-rows';

const SHOWN = ['a', 'b', 'c', 'd', 'e'];

describe('[ADM-10] a range of rows', () => {
  test.each([
    ['b', 'd', ['b', 'c', 'd']],
    ['d', 'b', ['b', 'c', 'd']],
    ['a', 'e', SHOWN],
    ['c', 'c', ['c']]
  ])('from %s to %s holds both ends and all between, in the order of the screen', (from, to, range) => {
    expect(rangeBetween(SHOWN, from, to)).toEqual(range);
  });

  test('a range of rows is the one row while nothing was touched before, or what was touched is filtered away', () => {
    expect(rangeBetween(SHOWN, null, 'c')).toEqual(['c']);
    expect(rangeBetween(SHOWN, 'gone', 'c')).toEqual(['c']);
  });
});

test('[ADM-10] the box of all rows is ticked, mixed or empty by what is shown', () => {
  expect(coverage(SHOWN, new Set())).toBe('none');
  expect(coverage(SHOWN, new Set(['elsewhere']))).toBe('none');
  expect(coverage(SHOWN, new Set(['b']))).toBe('some');
  expect(coverage(SHOWN, new Set([...SHOWN, 'elsewhere']))).toBe('all');
});
