import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ask } from './ledger.ts';

/** A message that may have been queued and is not counted for good. */
export type Note = Ask & { reservation: string };

const NAME = /^(\d+)\.([0-9a-f-]{36})$/;

/**
 * Messages that are under way, a file each, named by the process they are under way in: whoever comes after one that
 * was killed finds what it left.
 */
export class Notebook {
  readonly #folder: string;
  readonly #pid: number;

  constructor(folder: string, pid: number = process.pid) {
    this.#folder = folder;
    this.#pid = pid;
    mkdirSync(folder, { recursive: true });
  }

  write(note: Note): void {
    writeFileSync(this.#pathOf(note.reservation), JSON.stringify(note));
  }

  strike({ reservation }: Pick<Note, 'reservation'>): void {
    rmSync(this.#pathOf(reservation), { force: true });
  }

  /**
   * Takes over what processes left that are no more; another one takes the same only once.
   * @param isFirst whether this process has written nothing yet: what has its number is then of an earlier one
   */
  takeOver(isFirst: boolean): Note[] {
    return readdirSync(this.#folder).flatMap((file) => {
      const [, pid, reservation] = NAME.exec(file) ?? [];
      if (pid === undefined || reservation === undefined) return [];
      const isOwn = Number(pid) === this.#pid;
      if (isOwn ? !isFirst : isAlive(Number(pid))) return [];
      const mine = this.#pathOf(reservation);
      try {
        renameSync(join(this.#folder, file), mine);
      } catch {
        // Another process was quicker.
        return [];
      }
      return readNote(mine);
    });
  }

  #pathOf(reservation: string): string {
    return join(this.#folder, `${this.#pid}.${reservation}`);
  }
}

/** Nothing: it was killed while it wrote, so the message was not queued. */
function readNote(path: string): Note[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8')) as Note];
  } catch {
    rmSync(path, { force: true });
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
