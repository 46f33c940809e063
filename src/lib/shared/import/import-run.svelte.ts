import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/access/refusal';
import { isConnectionFault, refusalOf } from '$lib/client/api/api';
import { BulkChunks } from '$lib/shared/bulk/bulk-chunks.svelte';
import { readImportFile, type FileSource, type ImportFile } from './import-file';
import type { ImportKind, RawRow, RowResult } from './import-kind';

type Job<Row> = BulkChunks<Row, RowResult>;

export type ImportState<Row extends RawRow> =
  | { step: 'choose'; problem: string | null }
  | { step: 'reading'; fileName: string }
  /** A dry run: nothing is changed. `job` says how far it is. */
  | { step: 'check'; fileName: string; file: ImportFile<Row>; job: Job<Row> }
  | { step: 'import'; fileName: string; file: ImportFile<Row>; checked: readonly RowResult[]; job: Job<Row> };

/** Rows and bytes in one call: the server takes 50 rows and 64 KiB. */
const MOST_ROWS = 50;
const MOST_BYTES = 48 * 1024;

/** The import of a file (ADM-11, TEN-8): read here, tried without consequences, then done. */
export class ImportRun<Row extends RawRow> {
  readonly kind: ImportKind<Row>;
  status = $state.raw<ImportState<Row>>({ step: 'choose', problem: null });
  /** Asking for what is added: for the password first, where it was given a while ago. */
  beginning = $state(false);
  /** Reason the last try to begin came to nothing; null: there is none. `unknown`: no answer. */
  fault = $state.raw<Refusal | 'unknown' | null>(null);
  /** The role or package that rows without one were given here; null: what the server gives them. */
  filled = $state<string | null>(null);
  readonly #unnamed = new Set<number>();
  /** Number of links when they were last downloaded. */
  #downloaded = $state(0);

  constructor(kind: ImportKind<Row>) {
    this.kind = kind;
  }

  /** Loss if this page is left now: rows that were not sent yet, or links that are nowhere else. Null: none. */
  get unsaved(): { running: boolean; rows: number; links: number } | null {
    const { status } = this;
    if (status.step !== 'import') return null;
    const { running } = status.job;
    const rows = status.job.left.length;
    const links = importLines(this.kind, status).filter(({ link }) => link !== null);
    // Who gets theirs by mail needs no file.
    const kept = this.#downloaded === links.length || links.every(({ mailed }) => mailed);
    return rows > 0 || !kept ? { running, rows, links: kept ? 0 : links.length } : null;
  }

  /** All links there are so far were saved as a file. */
  noteDownload(): void {
    this.#downloaded = importLines(this.kind, this.status).filter(({ link }) => link !== null).length;
  }

  /** Reads a file and tries it. Nothing is sent of a file that cannot be used. */
  async choose(file: FileSource & { name: string }): Promise<void> {
    const fileName = file.name;
    const reading = { step: 'reading', fileName } as const;
    this.status = reading;
    const read = await readImportFile(file, this.kind);
    // Another file was chosen meanwhile, or the page was left.
    if (this.status !== reading) return;
    if ('problem' in read) {
      this.status = { step: 'choose', problem: read.problem };
      return;
    }
    const job = jobOf(this.kind, importChunks(read.rows), { dryRun: true });
    this.status = { step: 'check', fileName, file: read, job };
    await job.run();
  }

  /**
   * Gives a role or package to the rows whose file names none, and tries them again. Null: as the server does (ADM-11).
   */
  async fill(name: string | null): Promise<void> {
    const { status } = this;
    if (status.step !== 'check' || this.beginning) return;
    status.job.stop();
    const { kind } = this;
    for (const row of status.file.rows) if (kind.namedIn(row) === undefined) this.#unnamed.add(row.line);
    this.filled = name;
    const rows = status.file.rows.map((row) =>
      this.#unnamed.has(row.line) ? kind.withNamed(row, name) : row
    );
    const job = jobOf(this.kind, importChunks(rows), { dryRun: true });
    this.status = { ...status, file: { ...status.file, rows }, job };
    await job.run();
  }

  /** Rows for which the file itself names none. */
  get unnamed(): number {
    const { status } = this;
    if (status.step !== 'check' && status.step !== 'import') return 0;
    const isUnnamed = (row: Row) => this.kind.namedIn(row) === undefined || this.#unnamed.has(row.line);
    return status.file.rows.filter(isUnnamed).length;
  }

  /**
   * Adds the people of the rows that the dry run found right. The password is asked for before the first of them, and
   * not again (AUT-4); not given, nothing is changed and nothing is lost.
   */
  async begin(): Promise<void> {
    const { status } = this;
    if (status.step !== 'check' || this.beginning) return;
    const { fileName, file } = status;
    const checked = status.job.results;
    const right = new Set(checked.filter(({ refused }) => refused === null).map(({ line }) => line));
    const chunks = importChunks(file.rows.filter(({ line }) => right.has(line)));
    const begun = await this.#ask(chunks);
    if (begun === null || this.status !== status) return;
    const job = jobOf(this.kind, chunks, { dryRun: false, begun });
    this.status = { step: 'import', fileName, file, checked, job };
    await job.run();
  }

  /** The operation that began it; null when it may not begin. */
  async #ask(chunks: readonly (readonly Row[])[]): Promise<string | null> {
    const op = uuid();
    this.beginning = true;
    this.fault = null;
    try {
      const parts = await Promise.all(chunks.map((rows) => digestOf(this.kind.partText(rows))));
      await this.kind.begin(op, parts);
      return op;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null && !isConnectionFault(error)) throw error;
      this.fault = refusal ?? 'unknown';
      return null;
    } finally {
      this.beginning = false;
    }
  }

  /** Back to the beginning. */
  reset(): void {
    if ('job' in this.status) this.status.job.stop();
    this.status = { step: 'choose', problem: null };
    this.fault = null;
    this.#downloaded = 0;
    this.filled = null;
    this.#unnamed.clear();
  }
}

function jobOf<Row extends RawRow>(
  kind: ImportKind<Row>,
  chunks: readonly (readonly Row[])[],
  how: { dryRun: true } | { dryRun: false; begun: string }
): Job<Row> {
  return new BulkChunks<Row, RowResult>({
    chunks,
    send: (chunk, op) => kind.send(op, [...chunk], how),
    newOp: uuid,
    refusalOf,
    isConnectionFault
  });
}

/** SHA-256 of a part, in hexadecimal digits. */
async function digestOf(part: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(part));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Parts that fit into a call, by number and by size. */
export function importChunks<Row extends RawRow>(rows: readonly Row[]): Row[][] {
  const encoder = new TextEncoder();
  const chunks: Row[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = encoder.encode(JSON.stringify(row)).length + 1;
    if (bytes + size > MOST_BYTES || chunks.at(-1)!.length === MOST_ROWS) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)!.push(row);
    bytes += size;
  }
  return chunks;
}

/** Outcome of a row, for the report. */
export type ImportLine = {
  line: number;
  name: string;
  email: string;
  /** The role or package it asks for; null: none. */
  named: string | null;
  state: 'ready' | 'added' | 'wrong' | 'not-sent';
  /** The field that is wrong, and what stands in it. */
  field: string | null;
  value: string | null;
  /** A sentence, or a refusal to be said in words. */
  problem: string | Refusal | null;
  link: string | null;
  mailed: boolean;
};

/** Every row of the file in its order, with what is known of it. */
export function importLines<Row extends RawRow>(
  kind: ImportKind<Row>,
  status: ImportState<Row>
): ImportLine[] {
  if (status.step !== 'check' && status.step !== 'import') return [];
  const { file, job } = status;
  const checked = new Map((status.step === 'import' ? status.checked : job.results).map((r) => [r.line, r]));
  const done = new Map(status.step === 'import' ? job.results.map((r) => [r.line, r]) : []);
  const lines: ImportLine[] = file.faults.map(({ line, name, email, named, field, value, problem }) => ({
    line,
    name,
    email,
    named,
    state: 'wrong',
    field,
    value,
    problem,
    link: null,
    mailed: false
  }));
  for (const row of file.rows) {
    const result = done.get(row.line) ?? checked.get(row.line);
    const refused = result?.refused ?? null;
    const field = refused && 'field' in refused ? refused.field : fieldOf(kind.named, refused);
    lines.push({
      line: row.line,
      name: row.name,
      email: row.email,
      named: kind.namedIn(row) ?? null,
      state: refused ? 'wrong' : done.has(row.line) ? 'added' : result ? 'ready' : 'not-sent',
      field,
      value: field === null ? null : valueOf(kind, row, field),
      problem: refused,
      link: result?.link ?? null,
      mailed: result?.mailed ?? false
    });
  }
  return lines.sort((a, b) => a.line - b.line);
}

function fieldOf(named: string, refused: Refusal | null): string | null {
  if (refused?.code === 'access/cap-above-own') return refused.cap;
  return refused?.code === 'access/not-held' || refused?.code === 'not-found' ? named : null;
}

function valueOf<Row extends RawRow>(kind: ImportKind<Row>, row: Row, field: string): string | null {
  if (field === 'name' || field === 'email') return row[field];
  if (field === kind.named) return kind.namedIn(row) ?? '';
  const { caps = {}, counts = {} } = row as {
    caps?: Record<string, string>;
    counts?: Record<string, string>;
  };
  return caps[field] ?? counts[field] ?? null;
}
