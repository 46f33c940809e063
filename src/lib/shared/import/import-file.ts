import type { ParseStepResult } from 'papaparse';
import { emailKey } from '$lib/core/text/names';
import { counted } from '$lib/ui/counted';
import type { RawRow, RowFormat } from './import-kind';

/** A row that cannot be sent, and why. */
export type RowFault = {
  line: number;
  name: string;
  email: string;
  /** The role or package as the file names it; null: it names none. */
  named: string | null;
  field: string;
  value: string;
  problem: string;
};

export type ImportFile<Row extends RawRow> = {
  /** Rows to send, as they were read. */
  rows: Row[];
  /** Rows that the file itself rules out. */
  faults: RowFault[];
  /** Columns that mean nothing here: they are left out. */
  unknownColumns: string[];
};

/** Reason a file cannot be used at all: nothing of it is sent. */
export type FileProblem = { problem: string };

export const MAX_FILE_BYTES = 5 * 1024 * 1024;
export const MAX_FILE_ROWS = 5000;
/** Line numbers travel with the rows, and the server takes no larger ones. */
const MAX_FILE_LINES = 1_000_000;
/** The characters that a call may carry in a setting, and in any other field. */
const LONGEST_SETTING = 100;
const LONGEST = 1000;

/** The columns of a file, in the order of its template. */
export function columnsOf({ named, settings }: Pick<RowFormat<never>, 'named' | 'settings'>): string[] {
  return ['name', 'email', named, ...settings];
}

const UNREADABLE = 'This file cannot be read: it was moved, changed or removed. Choose it again.';
const NOT_UTF8 = 'This file is not UTF-8. Save it as “CSV UTF-8” and choose it again.';

/** Chosen file, as the browser offers it. */
export type FileSource = { size: number; stream(): ReadableStream<Uint8Array> };

/**
 * Reads a CSV file (ADM-11, TEN-8). Cells are text, whatever is in them: nothing is calculated, and what they mean
 * is the server's to judge.
 */
export async function readImportFile<Row extends RawRow>(
  file: FileSource,
  format: RowFormat<Row>
): Promise<ImportFile<Row> | FileProblem> {
  if (file.size === 0) return { problem: 'This file is empty.' };
  if (file.size > MAX_FILE_BYTES)
    return { problem: 'This file is larger than 5 MiB. Split it and import the parts one at a time.' };
  const text = await readText(file);
  if (typeof text !== 'string') return text;
  const records = await readRecords(text);
  return 'problem' in records ? records : readRows(records, format);
}

/** The text of a file. A byte order mark is dropped. */
async function readText(file: FileSource): Promise<string | FileProblem> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = file.stream().getReader();
  let text = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += decoder.decode(part.value, { stream: true });
    text += decoder.decode();
  } catch (error) {
    return { problem: error instanceof TypeError ? NOT_UTF8 : UNREADABLE };
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  // UTF-16 without a mark is well-formed UTF-8, full of zeros.
  return text.includes('\0') ? { problem: NOT_UTF8 } : text;
}

/** First line by which Excel says what separates the values: `sep=;`. It is no heading. */
const SEPARATOR_LINE = /^"?sep=([,;\t|])"?[,;\t|]*(?:\r\n|\r|\n)/i;

type FileRecord = { line: number; cells: string[] };

/** The records of a text, each with the line it begins on. */
async function readRecords(text: string): Promise<FileRecord[] | FileProblem> {
  const { default: papa } = await import('papaparse');
  const records: FileRecord[] = [];
  const lineAt = lineCounter(text);
  const said = SEPARATOR_LINE.exec(text);
  const skipped = said?.[0].length ?? 0;
  let begins = skipped;
  let problem: string | null = null;
  papa.parse<string[]>(text.slice(skipped), {
    delimiter: said?.[1] ?? '',
    delimitersToGuess: [',', ';', '\t'],
    step({ data, errors, meta }: ParseStepResult<string[]>, parser) {
      const line = lineAt(begins);
      begins = skipped + meta.cursor;
      const broken = errors.find(({ type }) => type === 'Quotes');
      if (broken) problem = `Line ${counted(line)}: a quotation mark is not closed or is inside a value.`;
      else if (data.some((cell) => cell.trim() !== '')) records.push({ line, cells: data });
      if (records.length > MAX_FILE_ROWS + 1)
        problem = `This file has more than ${counted(MAX_FILE_ROWS)} rows. Split it and import the parts one at a time.`;
      if (line > MAX_FILE_LINES) problem = 'This file has too many empty lines. Remove them.';
      if (problem !== null) parser.abort();
    }
  });
  return problem === null ? records : { problem };
}

/** Lines are counted on, never from the beginning again. */
function lineCounter(text: string): (position: number) => number {
  const breaks = /\r\n|\r|\n/g;
  let line = 1;
  let next = breaks.exec(text);
  return (position) => {
    while (next !== null && next.index + next[0].length <= position) {
      line++;
      next = breaks.exec(text);
    }
    return line;
  };
}

function readRows<Row extends RawRow>(
  [head, ...records]: FileRecord[],
  format: RowFormat<Row>
): ImportFile<Row> | FileProblem {
  const known = columnsOf(format);
  const titles = head?.cells.map((cell) => cell.trim()) ?? [];
  const columns = titles.map((title) => known.find((column) => column === title.toLowerCase()));
  const missing = (['name', 'email'] as const).filter((column) => !columns.includes(column));
  if (missing.length > 0)
    return {
      problem: `The first line must name the columns. ${missing.map((column) => `“${column}”`).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`
    };
  const twice = known.find((column) => columns.filter((each) => each === column).length > 1);
  if (twice) return { problem: `Two columns are named “${twice}”. Keep one of them.` };
  if (records.length === 0) return { problem: 'This file has column names but no rows.' };

  const rows: Row[] = [];
  const faults: RowFault[] = [];
  const firstLine = new Map<string, number>();
  for (const { line, cells } of records) {
    const { raw, fault } = readRow(line, cells, columns, format);
    const key = emailKey(raw.email);
    const twin = firstLine.get(key);
    if (twin === undefined) firstLine.set(key, line);
    const { name, email } = raw;
    const named = format.namedIn(raw) ?? null;
    if (fault)
      faults.push({
        line,
        name: name.slice(0, 80),
        email: email.slice(0, 254),
        named: named?.slice(0, 80) ?? null,
        ...fault
      });
    else if (twin !== undefined && email.trim() !== '')
      faults.push({
        line,
        name,
        email,
        named,
        field: 'email',
        value: email,
        problem: `Line ${counted(twin)} already has this address.`
      });
    else rows.push(raw);
  }
  const unknownColumns = titles.filter((title, at) => columns[at] === undefined && title !== '');
  return { rows, faults, unknownColumns };
}

type Fault = Pick<RowFault, 'field' | 'value' | 'problem'>;

function readRow<Row extends RawRow>(
  line: number,
  cells: string[],
  columns: readonly (string | undefined)[],
  format: RowFormat<Row>
): { raw: Row; fault: Fault | null } {
  const values = new Map<string, string>();
  columns.forEach((column, at) => column && values.set(column, cells[at] ?? ''));
  const raw = format.rowOf(line, (column) => values.get(column) ?? '');
  const most = (column: string) => (format.settings.includes(column) ? LONGEST_SETTING : LONGEST);
  return { raw, fault: faultOf(cells, columns.length, values, most) };
}

function faultOf(
  cells: string[],
  width: number,
  values: Map<string, string>,
  most: (column: string) => number
): Fault | null {
  const more = cells.slice(width).find((cell) => cell.trim() !== '');
  if (more !== undefined)
    return {
      field: 'row',
      value: more,
      problem:
        'This row has more values than columns. Put values that contain the separator in quotation marks.'
    };
  for (const [column, value] of values)
    if (value.length > most(column))
      return { field: column, value: `${value.slice(0, 60)}…`, problem: 'This is too long.' };
  return null;
}

/** The settings of a row that are not empty, by id. */
export function settingsOf<I extends string>(
  ids: readonly I[],
  value: (column: string) => string
): Partial<Record<I, string>> | undefined {
  const set = ids.map((id) => [id, value(id).trim()] as const).filter(([, text]) => text !== '');
  return set.length === 0 ? undefined : (Object.fromEntries(set) as Partial<Record<I, string>>);
}
