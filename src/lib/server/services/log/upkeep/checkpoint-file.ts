import { mkdir, open, rename, stat, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseCheckpoint, parseNote } from '../../../../core/log/note';

/** Line of the file: a checkpoint, or the note that the database has lost what was written above. */
export type FileRecord = { at: string; note: string } | { at: string; lost: number; size: number };

/** The end of the file: the size it knows, and the note it knows that from. */
export type FileEnd = { size: number; note: string | null };

// Longer than any line.
const TAIL_BYTES = 16_384;

/**
 * The append-only record of checkpoints outside the database: one line each, on the disk before it counts. A line
 * that a crash cut short is taken off, so that what is written again stands there once.
 */
export class CheckpointFile {
  /** Nothing was read yet, or somebody else wrote: its length tells. */
  #known: { bytes: number; end: FileEnd } | null = null;

  constructor(
    readonly path: string,
    readonly origin: string
  ) {}

  /**
   * End of the file, for whoever only looks: another process may be writing at this moment, and what looks like a
   * torn line is its own. Null when it is the file of another log.
   */
  async end(): Promise<FileEnd | null> {
    if (this.#known?.bytes === (await sizeOf(this.path))) return this.#known.end;
    return (await this.#read()).end;
  }

  /** The same for who alone may write: a torn line is taken off, and the file of another log put aside. */
  async mendedEnd(): Promise<FileEnd> {
    if (this.#known?.bytes === (await sizeOf(this.path))) return this.#known.end;
    const { end, whole, bytes } = await this.#read();
    if (end === null) {
      await rename(this.path, await freeName(this.path));
      return this.#keep({ size: 0, note: null });
    }
    if (whole < bytes) await truncate(this.path, whole);
    return this.#keep(end);
  }

  /** Appends records and waits for the disk. */
  async append(records: readonly FileRecord[]): Promise<void> {
    if (records.length === 0) return;
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const handle = await open(this.path, 'a', 0o600);
    try {
      await handle.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#keep(endOf(records.at(-1)!));
  }

  async #keep(end: FileEnd): Promise<FileEnd> {
    this.#known = { bytes: await sizeOf(this.path), end };
    return end;
  }

  /** The last whole line, null when it belongs to another log; and where it ends, of how many bytes. */
  async #read(): Promise<{ end: FileEnd | null; whole: number; bytes: number }> {
    let handle: FileHandle;
    try {
      handle = await open(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { end: { size: 0, note: null }, whole: 0, bytes: 0 };
    }
    try {
      const { size } = await handle.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const tail = Buffer.alloc(size - from);
      await handle.read(tail, 0, tail.length, from);
      const upTo = tail.lastIndexOf(0x0a) + 1;
      const found = { whole: from + upTo, bytes: size };
      const line = tail.subarray(0, upTo).toString('utf8').trimEnd().split('\n').at(-1) ?? '';
      if (line === '') return { ...found, end: { size: 0, note: null } };
      const end = endOf(JSON.parse(line) as FileRecord);
      const origin = end.note === null ? null : parseCheckpoint(parseNote(end.note)?.text ?? '')?.origin;
      return { ...found, end: origin === null || origin === this.origin ? end : null };
    } finally {
      await handle.close();
    }
  }
}

function endOf(record: FileRecord): FileEnd {
  if ('lost' in record) return { size: record.size, note: null };
  const checkpoint = parseCheckpoint(parseNote(record.note)?.text ?? '');
  if (!checkpoint) throw new Error('the last line of the record of checkpoints is none');
  return { size: checkpoint.size, note: record.note };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0;
      throw error;
    }
  );
}

async function freeName(path: string): Promise<string> {
  for (let n = 1; ; n++) if ((await sizeOf(`${path}.${n}`)) === 0) return `${path}.${n}`;
}
