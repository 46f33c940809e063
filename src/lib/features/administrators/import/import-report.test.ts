import { expect, test } from 'vitest';
import { csvCell, csvFile } from './import-report';

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['=A1,B1', `"'=A1,B1"`],
  ['Ana "Ace"', '"Ana ""Ace"""'],
  ['two\nlines', '"two\nlines"'],
  ['a;b', '"a;b"'],
  ['ana@x.example', 'ana@x.example'],
  ['5-1', '5-1'],
  ['', '']
])('[ADM-11] a report is safe in a spreadsheet: %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test('[ADM-11] a report begins with a mark, so that spreadsheets read it as UTF-8', () => {
  expect(csvFile(['line', 'name'], [[2, 'Zoë']])).toBe('\uFEFFline,name\r\n2,Zoë\r\n');
});
