import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRecord } from './csv';

/** A reader of RFC 4180, by the letter. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    for (;;) {
      const found = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at));
      if (!found) throw new Error(`not CSV at ${at}`);
      at += found[0].length;
      record.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
      if (found[3] === '\r\n') break;
    }
    records.push(record);
  }
  return records;
}

describe('[LOG-5] CSV', () => {
  test('numbers and nothing are bare, text is quoted', () => {
    expect(csvRecord([7, null, 'a "b", c'])).toBe('7,,"a ""b"", c"\r\n');
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '\\t=1'],
    ['\r=1', '\\r=1'],
    ['  =1', "'  =1"],
    ['"=1', '\'"=1'],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠A', "'＠A"],
    ['a;=1', "a;'=1"],
    ['a; @x', "a; '@x"],
    ['a-b', 'a-b'],
    ['maya@northwind.example', 'maya@northwind.example']
  ])('[L-06] %j is no formula', (text, cell) => expect(parse(csvRecord([text]))).toEqual([[cell]]));

  test('whatever a cell holds, the record has as many cells as it was given, on one line', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        const record = csvRecord(cells);
        expect(parse(record)).toHaveLength(1);
        expect(parse(record)[0]).toHaveLength(cells.length);
        expect(record.split(/[\r\n]/)).toHaveLength(3);
        // Nor where a semicolon separates cells.
        expect(record).not.toMatch(/(^|[,;])[\s"]*[=+\-@＝＋－＠]/u);
      }),
      { numRuns: 200 }
    );
  });
});
