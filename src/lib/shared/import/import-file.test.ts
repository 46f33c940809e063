import { describe, expect, test } from 'vitest';
import type { RawImportRow } from '$lib/protocol/import-row';
import { ADMINISTRATOR_ROWS } from './administrator-rows';
import { MAX_FILE_BYTES, MAX_FILE_ROWS, readImportFile, type ImportFile } from './import-file';
import { USER_ROWS } from './user-rows';

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (content: string | Uint8Array<ArrayBuffer>) =>
  readImportFile(new Blob([typeof content === 'string' ? utf8(content) : content]), ADMINISTRATOR_ROWS);
const utf16 = (text: string, mark: boolean) =>
  new Uint8Array([
    ...(mark ? [0xff, 0xfe] : []),
    ...[...text].flatMap((letter) => [letter.charCodeAt(0), 0])
  ]);

async function file(content: string | Uint8Array<ArrayBuffer>): Promise<ImportFile<RawImportRow>> {
  const result = await read(content);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

async function problem(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const result = await read(content);
  return 'problem' in result ? result.problem : `read ${result.rows.length} rows`;
}

const ANA = { line: 2, name: 'Ana', email: 'ana@x.example' };

describe('[ADM-11] files that can be read', () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>, unknown[]]>([
    ['plain', 'name,email\nAna,ana@x.example\n', [ANA]],
    ['without a last line break', 'name,email\nAna,ana@x.example', [ANA]],
    ['with a byte order mark', '\uFEFFname,email\nAna,ana@x.example', [ANA]],
    ['with Windows line ends', 'name,email\r\nAna,ana@x.example\r\n', [ANA]],
    ['with old Mac line ends', 'name,email\rAna,ana@x.example\r', [ANA]],
    ['with semicolons', 'name;email\nAna;ana@x.example', [ANA]],
    ['with tabs', 'name\temail\nAna\tana@x.example', [ANA]],
    ['that says its separator', 'sep=;\nname;email\nAna;ana@x.example', [{ ...ANA, line: 3 }]],
    [
      'that says its separator, after a mark',
      '\uFEFFsep=,\r\nname,email\r\nAna,ana@x.example',
      [{ ...ANA, line: 3 }]
    ],
    [
      'that says another separator',
      'SEP=|\nname|email\n"Ana, the first; and last"|ana@x.example',
      [{ ...ANA, line: 3, name: 'Ana, the first; and last' }]
    ],
    ['that says its separator in quotes', '"sep=\t"\nname\temail\nAna\tana@x.example', [{ ...ANA, line: 3 }]],

    ['with capitals in the head', 'Name,EMAIL\nAna,ana@x.example', [ANA]],
    ['with blanks in the head', ' name , email \nAna,ana@x.example', [ANA]],
    ['in another order', 'email,name\nana@x.example,Ana', [ANA]],
    ['quoted throughout', '"name","email"\n"Ana","ana@x.example"', [ANA]],
    ['with blank lines', '\n\nname,email\n\nAna,ana@x.example\n\n', [{ ...ANA, line: 5 }]],
    ['with lines of separators', 'name,email\n,\n , \nAna,ana@x.example\n,', [{ ...ANA, line: 4 }]],
    [
      'with a separator in a name',
      'name,email\n"Ana, the first",ana@x.example',
      [{ ...ANA, name: 'Ana, the first' }]
    ],
    [
      'with quotation marks in a name',
      'name,email\n"Ana ""Ace""",ana@x.example',
      [{ ...ANA, name: 'Ana "Ace"' }]
    ],
    [
      'with a line break in a name',
      'name,email\n"Ana\nB",ana@x.example\nBo,bo@x.example',
      [
        { ...ANA, name: 'Ana\nB' },
        { line: 4, name: 'Bo', email: 'bo@x.example' }
      ]
    ],
    ['with a formula', 'name,email\n=1+1,ana@x.example', [{ ...ANA, name: '=1+1' }]],
    [
      'with a command',
      'name,email\n"=cmd|\'/c calc\'!A1",ana@x.example',
      [{ ...ANA, name: "=cmd|'/c calc'!A1" }]
    ],
    ['with another script', 'name,email\nΆννα Παπά,ana@x.example', [{ ...ANA, name: 'Άννα Παπά' }]],
    [
      'with a character outside of the basic plane',
      'name,email\nAna 🦊,ana@x.example',
      [{ ...ANA, name: 'Ana 🦊' }]
    ],
    ['with a role', 'name,email,role\nAna,ana@x.example, Support ', [{ ...ANA, role: 'Support' }]],
    ['with an empty role', 'name,email,role\nAna,ana@x.example,', [ANA]],
    [
      'with caps, as they were typed',
      'name,email,hourly,daily,monthly,threads\nAna,ana@x.example,unlimited,"10,000",,8',
      [{ ...ANA, caps: { hourly: 'unlimited', daily: '10,000', threads: '8' } }]
    ],
    ['with a row that is too short', 'name,email,role\nAna', [{ line: 2, name: 'Ana', email: '' }]],
    [
      'with markup',
      'name,email\n<img src=x onerror=alert(1)>,ana@x.example',
      [{ ...ANA, name: '<img src=x onerror=alert(1)>' }]
    ],
    ['with the name of a method', 'name,email\n__proto__,ana@x.example', [{ ...ANA, name: '__proto__' }]]
  ])('%s', async (_, content, rows) => {
    expect(await file(content)).toEqual({ rows, faults: [], unknownColumns: [] });
  });

  test('name the columns that mean nothing here', async () => {
    const { rows, unknownColumns } = await file('name,phone,email,team,\nAna,1,ana@x.example,red,');
    expect(unknownColumns).toEqual(['phone', 'team']);
    expect(rows).toEqual([ANA]);
  });

  test('files that can be read may hold as many rows as are allowed', async () => {
    const rows = Array.from({ length: MAX_FILE_ROWS }, (_, n) => `P${n},p${n}@x.example`);
    expect((await file(['name,email', ...rows].join('\n'))).rows).toHaveLength(MAX_FILE_ROWS);
  });
});

describe('[ADM-11] rows that the file itself rules out', () => {
  test.each([
    [
      'an address that stands in it twice',
      'name,email\nAna,ana@x.example\nBo,ANA@x.example ',
      3,
      'email',
      /Line 2/
    ],
    ['more values than columns', 'name,email\nAna,ana@x.example,Support', 2, 'row', /more values/],
    ['a name beyond all measure', `name,email\n${'a'.repeat(1001)},ana@x.example`, 2, 'name', /too long/],
    [
      'a cap beyond all measure',
      `name,email,daily\nAna,ana@x.example,${'9'.repeat(101)}`,
      2,
      'daily',
      /too long/
    ]
  ])('%s', async (_, content, line, field, words) => {
    const { faults } = await file(content);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ line, field });
    expect(faults[0]!.problem).toMatch(words);
  });
});

describe('[ADM-11] files of which nothing is sent', () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>, RegExp]>([
    ['empty', '', /empty/],
    ['nothing but a mark', '\uFEFF', /“name” and “email” are missing/],
    ['nothing but line breaks', '\n\n\n', /“name” and “email” are missing/],
    ['nothing but a head', 'name,email\n', /but no rows/],
    ['without a head', 'Ana,ana@x.example\nBo,bo@x.example', /“name” and “email” are missing/],
    ['without an address', 'name,role\nAna,Support', /“email” is missing/],
    ['two columns of one name', 'name,email,Name\nAna,ana@x.example,B', /Two columns are named “name”/],
    ['Latin-1', new Uint8Array([...utf8('name,email\nAn'), 0xe9, ...utf8(',a@x.example')]), /not UTF-8/],
    ['UTF-16 with a mark', utf16('name,email\nAna,ana@x.example', true), /not UTF-8/],
    ['UTF-16 without a mark', utf16('name,email\nAna,ana@x.example', false), /not UTF-8/],
    [
      'a cut character at its end',
      new Uint8Array([...utf8('name,email\nAna,ana@x.example'), 0xc3]),
      /not UTF-8/
    ],
    ['an overlong form', new Uint8Array([...utf8('name,email\nAn'), 0xc0, 0xaf]), /not UTF-8/],
    ['half a surrogate pair', new Uint8Array([...utf8('name,email\nAn'), 0xed, 0xa0, 0x80]), /not UTF-8/],
    ['a spreadsheet', new Uint8Array([0x50, 0x4b, 3, 4, 0x14, 0, 0xff, 0xfe, 0x9c]), /not UTF-8/],
    ['a zero in a name', 'name,email\nA\0na,ana@x.example', /not UTF-8/],
    [
      'a quotation mark left open',
      'name,email\nBo,bo@x.example\n"Ana,ana@x.example\n',
      /Line 3.*quotation mark/
    ],
    ['a quotation mark inside of a value', 'name,email\n"An"a,ana@x.example\n', /Line 2.*quotation mark/],
    [
      'too many rows',
      ['name,email', ...Array.from({ length: MAX_FILE_ROWS + 1 }, (_, n) => `P,p${n}@x.example`)].join('\n'),
      /more than 5,000 rows/
    ],
    ['too many lines', `name,email${'\n'.repeat(1_000_001)}Ana,ana@x.example`, /too many empty lines/],
    ['too large', new Uint8Array(MAX_FILE_BYTES + 1), /larger than 5 MiB/]
  ])('%s', async (_, content, words) => {
    expect(await problem(content)).toMatch(words);
  });

  test('a file of which nothing is sent is found out wherever the reading cuts it', async () => {
    const bytes = utf8('name,email\nZoë 🦊,zoe@x.example');
    const source = {
      size: bytes.length,
      stream: () =>
        new ReadableStream<Uint8Array>({
          start(controller) {
            for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
            controller.close();
          }
        })
    };
    expect(await readImportFile(source, ADMINISTRATOR_ROWS)).toMatchObject({ rows: [{ name: 'Zoë 🦊' }] });
  });
});

test('[TEN-8] a file of users is read alike, with package, caps and counts', async () => {
  const content = utf8(
    'name,email,package,daily,contacts,role\nAna,ana@x.example, Growth ,100, 5000 ,Admin\nBo,bo@x.example,,,,\n'
  );
  expect(await readImportFile(new Blob([content]), USER_ROWS)).toEqual({
    rows: [
      { ...ANA, package: 'Growth', caps: { daily: '100' }, counts: { contacts: '5000' } },
      { line: 3, name: 'Bo', email: 'bo@x.example' }
    ],
    faults: [],
    unknownColumns: ['role']
  });
});
