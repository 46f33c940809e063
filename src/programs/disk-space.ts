import { statfs } from 'node:fs/promises';

/** Room on a disk, in bytes. */
export type DiskRoom = { free: number; size: number };

/** Writes to the program's own log. */
type Log = { warn(facts: object, words: string): void; info(facts: object, words: string): void };

const GIB = 2 ** 30;
const MINUTE_MS = 60_000;
/** Looks after which it is said once more that the disk is nearly full: an hour. */
const SAID_AGAIN = 60;

/** Room where a folder lies; null where that is not known: there is no such folder. */
export async function diskRoom(folder: string): Promise<DiskRoom | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return null;
  }
}

/** True while a disk should be made room on: less than a tenth of it is free, and less than 5 GiB. */
export function isNearlyFull({ free, size }: DiskRoom): boolean {
  return free < Math.min(size / 10, 5 * GIB);
}

/**
 * Disk of the data folder, looked at once a minute: whoever runs the server hears that it fills up before nothing can
 * be written any more. A database elsewhere has its own disk, of which nothing is known here.
 */
export class DiskWatch {
  room: DiskRoom | null = null;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #look: () => Promise<DiskRoom | null>;
  readonly #log: Log;
  /** Looks since it was last said that the disk is nearly full; null: it is not. */
  #since: number | null = null;

  constructor(look: () => Promise<DiskRoom | null>, log: Log) {
    this.#look = look;
    this.#log = log;
    this.#timer = setInterval(() => void this.look(), MINUTE_MS);
    this.#timer.unref();
    void this.look();
  }

  get nearlyFull(): boolean {
    return this.room !== null && isNearlyFull(this.room);
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async look(): Promise<void> {
    this.room = await this.#look();
    if (this.room === null) return;
    const facts = { freeBytes: this.room.free, sizeBytes: this.room.size };
    if (!this.nearlyFull) {
      if (this.#since !== null) this.#log.info(facts, 'the disk of DATA_DIR has room again');
      this.#since = null;
    } else if (this.#since === null || ++this.#since >= SAID_AGAIN) {
      this.#since = 0;
      this.#log.warn(facts, 'the disk of DATA_DIR is nearly full: when it is full, nothing can be saved');
    }
  }
}
