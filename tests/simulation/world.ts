import { createHash } from 'node:crypto';
import { seeded, type Random } from '../faults/random';
import type { Clock } from '../../src/lib/client/outbox/sender';

type Event = { at: number; order: number; run: () => unknown };

/** Virtual time: what happens is a queue of events, in an order that a seed decides. Nothing here waits for a real clock. */
export class World {
  readonly random: Random;
  readonly clock: Clock;
  #now = Date.UTC(2026, 0, 1);
  #events: Event[] = [];
  #order = 0;
  readonly #trace = createHash('sha256');

  constructor(seed: number) {
    this.random = seeded(seed);
    this.clock = { now: () => this.#now, after: (ms, call) => this.after(ms, call) };
  }

  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => unknown): () => void {
    const event = { at: this.#now + ms, order: this.#order++, run };
    this.#events.push(event);
    return () => (this.#events = this.#events.filter((each) => each !== event));
  }

  /** Notes something that a second run of the same seed must do again. */
  trace(what: string): void {
    this.#trace.update(`${this.#now} ${what}\n`);
  }

  get fingerprint(): string {
    return this.#trace.copy().digest('hex');
  }

  /** Runs events until none is left before `end`. */
  async runFor(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#events.reduce<Event | null>(
        (first, each) =>
          first === null || each.at < first.at || (each.at === first.at && each.order < first.order)
            ? each
            : first,
        null
      );
      if (next === null || next.at > end) break;
      this.#events = this.#events.filter((each) => each !== next);
      this.#now = next.at;
      await next.run();
      await calm();
    }
    this.#now = end;
  }
}

/** What was begun comes to rest: promises alone, since nothing in a simulation waits for real time. */
export async function calm(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
