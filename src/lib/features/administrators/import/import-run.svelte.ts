import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/access/refusal';
import { importPartText } from '$lib/protocol/import-part';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { BulkChunks } from '$lib/shared/bulk/bulk-chunks.svelte';
import { readImportFile, type FileSource, type ImportFile, type RawImportRow } from './import-file';

export type ImportResult = Awaited<ReturnType<typeof api.administrators.import.mutate>>['results'][number];

type Job = BulkChunks<RawImportRow, ImportResult>;

export type ImportState =
  | { step: 'choose'; problem: string | null }
  | { step: 'reading'; fileName: string }
  /** A dry run: nothing is changed. `job` says how far it is. */
  | { step: 'check'; fileName: string; file: ImportFile; job: Job }
  | { step: 'import'; fileName: string; file: ImportFile; checked: readonly ImportResult[]; job: Job };

/** Rows and bytes in one call: the server takes 50 rows and 64 KiB. */
const MOST_ROWS = 50;
const MOST_BYTES = 48 * 1024;

/** The import of a file (ADM-11): read here, tried without consequences, then done. */
export class ImportRun {
  status = $state.raw<ImportState>({ step: 'choose', problem: null });
  /** Asking for what is added: for the password first, where it was given a while ago. */
  beginning = $state(false);
  /** Why the last try to begin came to nothing. `unknown`: no answer. */
  fault = $state.raw<Refusal | 'unknown' | null>(null);
  /** The role that rows without one were given here; null: the server's own. */
  filled = $state<string | null>(null);
  readonly #roleless = new Set<number>();
  /** How many links were there when they were last downloaded. */
  #downloaded = $state(0);

  /** What is lost when this page is left: rows that were not sent yet, or links that are nowhere else. Null: nothing. */
  get unsaved(): { running: boolean; links: number } | null {
    const { status } = this;
    if (status.step !== 'import') return null;
    const running = status.job.status.state === 'running';
    const links = importLines(status).filter(({ link }) => link !== null);
    // Who gets theirs by mail needs no file.
    const kept = this.#downloaded === links.length || links.every(({ mailed }) => mailed);
    return running || !kept ? { running, links: kept ? 0 : links.length } : null;
  }

  /** All links there are so far were saved as a file. */
  noteDownload(): void {
    this.#downloaded = importLines(this.status).filter(({ link }) => link !== null).length;
  }

  /** Reads a file and tries it. Nothing is sent of a file that cannot be used. */
  async choose(file: FileSource & { name: string }): Promise<void> {
    const fileName = file.name;
    this.status = { step: 'reading', fileName };
    const read = await readImportFile(file);
    if ('problem' in read) {
      this.status = { step: 'choose', problem: read.problem };
      return;
    }
    const job = jobOf(importChunks(read.rows), { dryRun: true });
    this.status = { step: 'check', fileName, file: read, job };
    await job.run();
  }

  /** Gives a role to the rows whose file names none, and tries them again. Null: the one the server gives (ADM-11). */
  async fillRole(role: string | null): Promise<void> {
    const { status } = this;
    if (status.step !== 'check' || this.beginning) return;
    status.job.stop();
    for (const { line, role: named } of status.file.rows) if (named === undefined) this.#roleless.add(line);
    this.filled = role;
    const rows = status.file.rows.map(({ role: named, ...row }) => {
      const given = this.#roleless.has(row.line) ? role : named;
      return given === null || given === undefined ? row : { ...row, role: given };
    });
    const job = jobOf(importChunks(rows), { dryRun: true });
    this.status = { ...status, file: { ...status.file, rows }, job };
    await job.run();
  }

  /** Rows that the file itself names no role for. */
  get withoutRole(): number {
    const { status } = this;
    if (status.step !== 'check' && status.step !== 'import') return 0;
    return status.file.rows.filter(({ line, role }) => role === undefined || this.#roleless.has(line)).length;
  }

  /**
   * Adds the people of the rows that the dry run found right. The password is asked for before the first of them, and not again
   * (AUT-4); not given, nothing is changed and nothing is lost.
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
    const job = jobOf(chunks, { dryRun: false, begun });
    this.status = { step: 'import', fileName, file, checked, job };
    await job.run();
  }

  /** The operation that began it; null when it may not begin. */
  async #ask(chunks: readonly (readonly RawImportRow[])[]): Promise<string | null> {
    const op = uuid();
    this.beginning = true;
    this.fault = null;
    try {
      const parts = await Promise.all(chunks.map(digestOf));
      await api.administrators.beginImport.mutate({ op, parts });
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
    this.#roleless.clear();
  }
}

function jobOf(
  chunks: readonly (readonly RawImportRow[])[],
  how: { dryRun: true } | { dryRun: false; begun: string }
): Job {
  return new BulkChunks<RawImportRow, ImportResult>({
    chunks,
    send: async (chunk, op) =>
      (await api.administrators.import.mutate({ op, rows: [...chunk], ...how })).results,
    newOp: uuid,
    refusalOf,
    isConnectionFault
  });
}

/** SHA-256 of a part, in hexadecimal digits. */
async function digestOf(rows: readonly RawImportRow[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(importPartText(rows)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Parts that fit into a call, by number and by size. */
export function importChunks(rows: readonly RawImportRow[]): RawImportRow[][] {
  const encoder = new TextEncoder();
  const chunks: RawImportRow[][] = [];
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

/** What became of a row, for the report. */
export type ImportLine = {
  line: number;
  name: string;
  email: string;
  role: string | null;
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
export function importLines(status: ImportState): ImportLine[] {
  if (status.step !== 'check' && status.step !== 'import') return [];
  const { file, job } = status;
  const checked = new Map((status.step === 'import' ? status.checked : job.results).map((r) => [r.line, r]));
  const done = new Map(status.step === 'import' ? job.results.map((r) => [r.line, r]) : []);
  const lines: ImportLine[] = file.faults.map(({ line, name, email, role, field, value, problem }) => ({
    line,
    name,
    email,
    role,
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
    const field = refused && 'field' in refused ? refused.field : fieldOf(refused);
    lines.push({
      line: row.line,
      name: row.name,
      email: row.email,
      role: row.role ?? null,
      state: refused ? 'wrong' : done.has(row.line) ? 'added' : result ? 'ready' : 'not-sent',
      field,
      value: field === null ? null : valueOf(row, field),
      problem: refused,
      link: result?.link ?? null,
      mailed: result?.mailed ?? false
    });
  }
  return lines.sort((a, b) => a.line - b.line);
}

function fieldOf(refused: Refusal | null): string | null {
  if (refused?.code === 'access/cap-above-own') return refused.cap;
  return refused?.code === 'access/not-held' || refused?.code === 'not-found' ? 'role' : null;
}

function valueOf(row: RawImportRow, field: string): string | null {
  if (field === 'name' || field === 'email' || field === 'role') return row[field] ?? '';
  return row.caps?.[field as keyof typeof row.caps] ?? null;
}
