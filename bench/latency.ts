import { setTimeout as sleep } from 'node:timers/promises';
import { openReader, VersionCache, type Reader } from './reader';
import type { Contender } from './servers/contender';

/** Clicks per second of the one who edits: as fast as several busy people. */
export const CLICKS_PER_SECOND = 20;
const SEEN_MS = 10_000;
const OPENED_AT_ONCE = 20;

/** Milliseconds from clicks to what followed. */
export type Measured = {
  /** Milliseconds to each reader that saw it. */
  seen: number[];
  /** Milliseconds to the last of them. */
  seenByAll: number[];
  /** Milliseconds to the author's own "saved"; for the peers there is no such answer. */
  saved: number[];
  /** Processor time of the server, in milliseconds, and how many messages it delivered for that. */
  cpuMs: number;
  deliveries: number;
};

export const nothingMeasured = (): Measured => ({
  seen: [],
  seenByAll: [],
  saved: [],
  cpuMs: 0,
  deliveries: 0
});

/** The readers of one contender. */
export class Crowd {
  readonly readers: Reader[] = [];
  readonly #contender: Contender;
  readonly #versions = new VersionCache();

  constructor(contender: Contender) {
    this.#contender = contender;
  }

  /** Lets readers in until there are `size`. */
  async growTo(size: number): Promise<void> {
    while (this.readers.length < size) {
      const from = this.readers.length;
      const more = Math.min(OPENED_AT_ONCE, size - from);
      const opened = Array.from({ length: more }, (_, n) =>
        openReader(this.#contender.endpoint(from + n), this.#versions)
      );
      this.readers.push(...(await Promise.all(opened)));
    }
  }

  async leave(): Promise<void> {
    await Promise.all(this.readers.splice(0).map((reader) => reader.close()));
  }
}

/** Clicks at a steady pace and notes when each reader saw each click. */
export async function measureClicks(contender: Contender, crowd: Crowd, clicks: number): Promise<Measured> {
  const { readers } = crowd;
  readers.forEach((reader) => reader.seenAt.clear());
  const before = await contender.child.cpuMs();
  const start = performance.now();
  const made: Promise<{ at: number; version: number; saved: number }>[] = [];
  for (let n = 0; n < clicks; n++) {
    await sleep(Math.max(0, start + (n * 1000) / CLICKS_PER_SECOND - performance.now()));
    const at = performance.now();
    made.push(contender.click().then((version) => ({ at, version, saved: performance.now() - at })));
  }
  const done = await Promise.all(made);
  const last = Math.max(...done.map((click) => click.version));
  await untilSeen(readers, last, contender.name);
  const cpuMs = (await contender.child.cpuMs()) - before;

  const measured: Measured = { ...nothingMeasured(), cpuMs, deliveries: clicks * readers.length };
  for (const { at, version, saved } of done) {
    const delays = readers.map((reader) => reader.seenAt.get(version)! - at);
    measured.seen.push(...delays);
    measured.seenByAll.push(Math.max(...delays));
    measured.saved.push(saved);
  }
  return measured;
}

/** Adds the measurements of another round. */
export function addMeasured(sum: Measured, more: Measured): void {
  // Not by spreading: a round with 200 readers has tens of thousands of values.
  for (const delay of more.seen) sum.seen.push(delay);
  sum.seenByAll.push(...more.seenByAll);
  sum.saved.push(...more.saved);
  sum.cpuMs += more.cpuMs;
  sum.deliveries += more.deliveries;
}

async function untilSeen(readers: readonly Reader[], version: number, name: string): Promise<void> {
  const deadline = performance.now() + SEEN_MS;
  while (readers.some((reader) => reader.version < version)) {
    if (performance.now() > deadline) throw new Error(`${name}: not all readers saw version ${version}`);
    await sleep(5);
  }
}
