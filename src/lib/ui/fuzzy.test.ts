import { expect, test } from 'vitest';
import { fuzzyMatch } from './fuzzy';

test('a whole match at the start of a word beats one inside a word', () => {
  const start = fuzzyMatch('Super Administrator', 'sup');
  const inner = fuzzyMatch('Resupply', 'sup');
  expect(start?.ranges).toEqual([{ from: 0, to: 3 }]);
  expect(inner?.ranges).toEqual([{ from: 2, to: 5 }]);
  expect(start!.score).toBeGreaterThan(inner!.score);
});

test('letters in order match at the starts of words', () => {
  expect(fuzzyMatch('Super Administrator', 'sa')?.ranges).toEqual([
    { from: 0, to: 1 },
    { from: 6, to: 7 }
  ]);
  expect(fuzzyMatch('Suppressions', 'sx')).toBeNull();
});

test('case and accents do not matter, and ranges fit the shown text', () => {
  expect(fuzzyMatch('Élodie Marchand', 'elo')?.ranges).toEqual([{ from: 0, to: 3 }]);
  expect(fuzzyMatch('Tomás', 'MÁS')?.ranges).toEqual([{ from: 2, to: 5 }]);
});

test('an empty query matches everything and marks nothing', () => {
  expect(fuzzyMatch('Roles', '  ')).toEqual({ score: 0, ranges: [] });
});
