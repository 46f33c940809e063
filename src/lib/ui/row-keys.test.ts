import { expect, test } from 'vitest';
import { RowKeys } from './row-keys';

const NONE = -1;

test('a record keeps its key as long as it is drawn', () => {
  const keys = new RowKeys();
  expect(keys.of(['a', 'b', 'c'], NONE)).toEqual([0, 1, 2]);
  expect(keys.of(['c', 'a'], NONE)).toEqual([2, 0]);
});

test('what comes into view takes the keys of what left it, in the order of the screen', () => {
  const keys = new RowKeys();
  keys.of(['a', 'b', 'c', 'd'], NONE);
  expect(keys.of(['c', 'd', 'e', 'f'], NONE)).toEqual([2, 3, 0, 1]);
  expect(keys.of(['w', 'x', 'y', 'z'], NONE)).toEqual([2, 3, 0, 1]);
});

test('more rows have new keys, and no two have the same', () => {
  const keys = new RowKeys();
  keys.of(['a', 'b'], NONE);
  expect(keys.of(['b', 'c', 'd'], NONE)).toEqual([1, 0, 2]);
});

test('the row with the focus gives its key to nobody: whoever goes on with the keyboard opens no other record', () => {
  const keys = new RowKeys();
  keys.of(['a', 'b'], NONE);
  expect(keys.of(['c', 'd'], 0)).toEqual([1, 2]);
  // As long as its record is drawn it stays.
  expect(keys.of(['d', 'c'], 0)).toEqual([2, 1]);
});

test.each([
  ['more rows leave than stay', ['d', 'e', 'f', 'g'], [3, 4, 5, 6]],
  ['as many leave as stay', ['y', 'z', 'c', 'd'], [4, 5, 2, 3]]
])('the row with the focus stays where it is in the document: %s', (_, then, drawn) => {
  const keys = new RowKeys();
  keys.of(['a', 'b', 'c', 'd'], NONE);
  expect(keys.of(then, 3)).toEqual(drawn);
});

test('while fewer rows leave than stay, their keys go on beside the row with the focus', () => {
  const keys = new RowKeys();
  keys.of(['a', 'b', 'c', 'd'], NONE);
  expect(keys.of(['b', 'c', 'd', 'e'], 3)).toEqual([1, 2, 3, 0]);
});
