import { createHash } from 'node:crypto';
import { seeded, type Random } from '../faults/random';

/** Somebody who does things: a process, a tab, a network. What the dead still had to do is not done. */
export type Actor = { readonly name: string; alive: boolean };

type Event = { at: number; order: number; actor: Actor; call: () => void; cancelled: boolean };

/** Start of virtual time, in milliseconds since 1970. */
const DAWN = Date.UTC(2027, 0, 4, 8, 0, 0);

/** Far more than any run takes. */
const MOST_STEPS = 60_000;

const realImmediate = setImmediate;

/**
 * Time, chance and order of one run: everything that happens is an event here, one after the other, and all that is
 * random comes from the one seed. Whatever an event starts belongs to the actor of that event, and dies with it.
 */
export class World {
  readonly seed: number;
  readonly random: Random;
  now = DAWN;
  /** Actor at this moment. */
  actor: Actor = { name: 'world', alive: true };
  /** Lines for somebody who looks at this run, printed with a failing seed; null: none are kept. */
  readonly story: string[] | null;
  /** Events that must never happen and did. */
  readonly problems: string[] = [];

  steps = 0;
  readonly #queue: Event[] = [];
  #order = 0;
  readonly #trace: string[] = [];
  /** Work outside of virtual time: a real database. */
  #busy = new Set<Promise<unknown>>();

  constructor(seed: number, { tell = false } = {}) {
    this.seed = seed;
    this.random = seeded(seed);
    this.story = tell ? [] : null;
  }

  /** Notes something that must be the same whenever this seed is played. */
  note(line: string): void {
    this.#trace.push(`${this.now} ${line}`);
    this.story?.push(`${((this.now - DAWN) / 1000).toFixed(3)} ${line}`);
  }

  problem(line: string): void {
    this.problems.push(line);
    this.note(`PROBLEM ${line}`);
  }

  /** Hash of what happened: the same seed makes the same one. */
  get trace(): string {
    return createHash('sha256').update(this.#trace.join('\n')).digest('hex');
  }

  /** Calls later, unless taken back or unless whoever acts now has died by then. */
  after(ms: number, call: () => void, actor = this.actor): () => void {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, actor, call, cancelled: false };
    this.#push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Resolves later; never when whoever acts now has died by then. */
  wait(ms: number, actor = this.actor): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve, actor));
  }

  /** A promise that is resolved by an event of the actor who waits for it now. */
  signal(): { promise: Promise<void>; give: () => void } {
    const { actor } = this;
    let give: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => (give = () => this.after(0, resolve, actor)));
    return { promise, give: () => give() };
  }

  /** Holds virtual time until real work is done. */
  hold<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => undefined,
      () => undefined
    );
    this.#busy.add(settled);
    void settled.then(() => this.#busy.delete(settled));
    return work;
  }

  /** Lets time pass until a moment. */
  async run(until: number): Promise<void> {
    while (await this.#step(until));
    this.now = until;
  }

  /** Does something, and lets time pass until it is done. */
  async perform<T>(work: () => Promise<T>, actor: Actor = { name: 'world', alive: true }): Promise<T> {
    let done: { result: T } | { error: unknown } | null = null;
    this.after(
      0,
      () => {
        work().then(
          (result) => (done = { result }),
          (error: unknown) => (done = { error })
        );
      },
      actor
    );
    while (done === null && (await this.#step(Infinity)));
    const end = done as { result: T } | { error: unknown } | null;
    if (end === null) throw new Error('nothing is left to happen');
    if ('error' in end) throw end.error;
    return end.result;
  }

  async #step(until: number): Promise<boolean> {
    const next = this.#queue[0];
    if (!next || next.at > until) return false;
    this.#pop();
    if (next.cancelled || !next.actor.alive) return true;
    this.now = next.at;
    this.actor = next.actor;
    if (++this.steps > MOST_STEPS)
      throw new Error(`more than ${MOST_STEPS} events: something goes round in circles`);
    next.call();
    await this.#rest();
    return true;
  }

  /** Waits until all that the event started waits for another event. */
  async #rest(): Promise<void> {
    await new Promise((resolve) => realImmediate(resolve));
    while (this.#busy.size > 0) {
      await Promise.all(this.#busy);
      await new Promise((resolve) => realImmediate(resolve));
    }
  }

  #push(event: Event): void {
    const queue = this.#queue;
    let at = queue.length;
    queue.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, queue[parent]!)) break;
      queue[at] = queue[parent]!;
      at = parent;
    }
    queue[at] = event;
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop()!;
    if (queue.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && isBefore(queue[child + 1]!, queue[child]!)) child++;
      if (!isBefore(queue[child]!, last)) break;
      queue[at] = queue[child]!;
      at = child;
    }
    queue[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at !== b.at ? a.at < b.at : a.order < b.order;
}
