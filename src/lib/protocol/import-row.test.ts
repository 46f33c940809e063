import { expect, test } from 'vitest';
import { readImportRow } from './import-row';
import { readUserRow } from './user-import-row';

const ANA = { line: 2, name: 'Ana', email: 'ana@northwind.example' };

test.each([
  ['10,000', 10_000],
  ['2,50,000', 250_000],
  ['10 000', 10_000],
  ['१०,०००', 10_000],
  ['1,000,000,000,000', 1e12],
  ['Unlimited', 'unlimited']
])('[ADM-11] a cap of %s is read in a file as in the form', (text, daily) => {
  expect(readImportRow({ ...ANA, caps: { daily: text } })).toMatchObject({ row: { caps: { daily } } });
  expect(readUserRow({ ...ANA, caps: { daily: text } })).toMatchObject({ row: { caps: { daily } } });
});

test.each(['10,00', '1,000,000,000,001', '-1', 'many'])('[ADM-11] a cap of %s is refused', (text) => {
  expect(readImportRow({ ...ANA, caps: { daily: text } })).toMatchObject({ problem: { field: 'daily' } });
});
