import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Up to where a log was read. */
export type Place = { inode: number; offset: number };

const CHUNK = 65_536;
/** A line that is longer is none of Postfix's. */
const LONGEST_LINE = 1_048_576;
const NEWLINE = 0x0a;
/** So much of what was read last tells whether it still stands there: it holds the time and the message. */
const TAIL = 256;

/**
 * Reads what is added to a log, in whole lines. The log may be renamed and begun anew, or emptied where it is; what
 * was not read of the renamed one is read first.
 */
export class LogFile {
  readonly #path: string;
  #file: FileHandle | null = null;
  #place: Place | null;
  /** Bytes before the place; null: nothing was read since it was opened. */
  #tail: Buffer | null = null;
  /** Another file has the name. */
  #isLeft = false;

  /** @param place where to go on; null: at the end of what is there, or at the beginning of what is not there yet */
  constructor(path: string, place: Place | null) {
    this.#path = path;
    this.#place = place;
  }

  /** Null: nothing was there yet. */
  get place(): Place | null {
    return this.#place && { ...this.#place };
  }

  /** Opens it where it was left. */
  async begin(): Promise<void> {
    const there = await inodeAt(this.#path);
    if (this.#place === null) {
      if (there === null) return void (this.#place = { inode: 0, offset: 0 });
      this.#file = await open(this.#path, 'r');
      const { ino, size } = await this.#file.stat();
      this.#place = { inode: ino, offset: size };
    } else if (there === this.#place.inode) this.#file = await open(this.#path, 'r');
    else {
      const renamed = await this.#renamed(this.#place.inode);
      if (renamed !== null) this.#file = await open(renamed, 'r');
    }
  }

  /** The lines that were added, at most a chunk of them; whether there may be more at once. */
  async read(): Promise<{ lines: string[]; more: boolean }> {
    if (this.#file && this.#place) {
      const lines = await this.#readOn(this.#file, this.#place);
      if (lines.length > 0) return { lines, more: true };
    }
    return { lines: [], more: await this.#moveOn() };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #readOn(file: FileHandle, place: Place): Promise<string[]> {
    const { size } = await file.stat();
    if (size < place.offset || !(await this.#isAsLeft(file, place))) {
      // Emptied where it is, and maybe as long again since.
      place.offset = 0;
      this.#tail = null;
    }
    for (let length = CHUNK; ; length *= 4) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, place.offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      if (end === 0 && bytesRead === length && length < LONGEST_LINE) continue;
      if (end === 0 && bytesRead < length) return [];
      const taken = end === 0 ? bytesRead : end;
      place.offset += taken;
      this.#tail = Buffer.from(buffer.subarray(Math.max(0, taken - TAIL), taken));
      return buffer.subarray(0, taken).toString('utf8').split('\n').slice(0, -1);
    }
  }

  async #isAsLeft(file: FileHandle, place: Place): Promise<boolean> {
    if (this.#tail === null) return true;
    const { length } = this.#tail;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, place.offset - length);
    return buffer.equals(this.#tail);
  }

  /**
   * Goes to the file that has the name now, a look after it was seen there: whoever writes goes on with the one
   * that had it until they are told, and what they write meanwhile is read first.
   */
  async #moveOn(): Promise<boolean> {
    const there = await inodeAt(this.#path);
    if (there === null || (this.#file && there === this.#place?.inode)) return false;
    if (this.#file && !this.#isLeft) {
      this.#isLeft = true;
      return false;
    }
    this.#isLeft = false;
    const next = await open(this.#path, 'r');
    await this.close();
    this.#file = next;
    this.#tail = null;
    this.#place = { inode: (await next.stat()).ino, offset: 0 };
    return true;
  }

  /** Path of the log with this inode in the same folder; null when there is none. */
  async #renamed(inode: number): Promise<string | null> {
    const folder = dirname(this.#path);
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if ((await inodeAt(path)) === inode) return path;
    }
    return null;
  }
}

async function inodeAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
