import { expect, test } from 'vitest';
import { missingText, missingWords } from './missing-words';

const ENTRY = 'removed contacts export from support';
const isFound = (search: string) => Promise.resolve(ENTRY.includes(search.replaceAll('"', '')));

test.each([
  ['removed exprot', ['exprot']],
  ['remvoed "from support" exprot', ['remvoed', 'exprot']],
  ['"support from" removed', ['support from']],
  ['removed support', []],
  ['exprot', []],
  ['', []]
])('[LOG-4] when nothing is found, the word that failed is named: %s', async (search, words) => {
  expect(await missingWords(search, isFound)).toEqual(words);
});

test('[LOG-4] what is said of it', () => {
  expect(missingText('removed exprot', ['exprot'])).toBe('No matching entry contains “exprot”.');
  expect(missingText('a b c', ['a', 'c'])).toBe('No matching entry contains “a” or “c”.');
  expect(missingText('removed support', [])).toMatch(/^Every word of the search is found/);
  expect(missingText('removed', [])).toBeNull();
});
