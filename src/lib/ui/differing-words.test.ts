import { expect, test } from 'vitest';
import { differingWords } from './differing-words';

test('[LIV-7] marks what differs between two texts, by whole words', () => {
  expect(
    differingWords('Reads data, answers tickets.', 'Reads data, opens and comments on tickets.')
  ).toEqual([
    ['Reads data, ', 'answers ', 'tickets.'],
    ['Reads data, ', 'opens and comments on ', 'tickets.']
  ]);
  expect(differingWords('same', 'same')).toEqual([
    ['same', '', ''],
    ['same', '', '']
  ]);
  expect(differingWords('a', 'a a')).toEqual([
    ['', '', 'a'],
    ['', 'a ', 'a']
  ]);
  expect(differingWords('', 'new')).toEqual([
    ['', '', ''],
    ['', 'new', '']
  ]);
});
