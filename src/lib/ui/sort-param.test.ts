import { expect, test } from 'vitest';
import { readSort, sortText } from './sort-param';

const COLUMNS = ['name', 'status'] as const;

test.each(['name', '-name', 'status', '-status'])('[UX-3] the order %s is read as it was written', (text) => {
  const sort = readSort(text, COLUMNS);
  expect(sort && sortText(sort)).toBe(text);
});

test.each([null, '', '-', 'price', '--name', 'name-'])('[UX-3] %s is no order', (text) => {
  expect(readSort(text, COLUMNS)).toBeNull();
});
