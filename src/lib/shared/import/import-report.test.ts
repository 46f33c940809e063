import { expect, test } from 'vitest';
import { csvFile } from './import-report';

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['=A1,B1', `"'=A1,B1"`],
  ['Ana "Ace"', '"Ana ""Ace"""'],
  ['a;b', '"a;b"'],
  ['ana@x.example', '"ana@x.example"'],
  ['5-1', '"5-1"'],
  ['', '""'],
  // What the first character alone does not show.
  [' =1+1', `"' =1+1"`],
  ['"=1+1', `"'""=1+1"`],
  ['＝1+1', `"'＝1+1"`],
  ['a;=1+1', `"a;'=1+1"`],
  ['a; @SUM(A1)', `"a; '@SUM(A1)"`]
])('[ADM-11] a report is safe in a spreadsheet: %j', (text, cell) => {
  expect(csvFile(['name'], [[text]])).toBe(`\uFEFF"name"\r\n${cell}\r\n`);
});

test('[ADM-11] what acts instead of being seen is spelt out in a report', () => {
  const file = csvFile(['name'], [['\t=1'], ['\r=1'], ['two\nlines'], ['\u202Eevil']]);
  expect(file.replaceAll('\r\n', '')).not.toMatch(/[\t\r\n\u202E]/);
});

test('[ADM-11] a report begins with a mark, so that spreadsheets read it as UTF-8', () => {
  expect(csvFile(['line', 'name'], [[2, 'Zoë']])).toBe('\uFEFF"line","name"\r\n2,"Zoë"\r\n');
});
