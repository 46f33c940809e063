import { TooManyAsks, type AskGate } from './ask-gate';
import { insist, LedgerUnavailable } from './insist';

/** Asks that may wait in a process. */
const MOST_WAITING = 1000;
/**
 * Longest time that one waits, in milliseconds: a mail server and a program have given up soon after, and are not
 * charged for it.
 */
const LONGEST_WAIT_MS = 3000;
/** Asks in one statement at most: whoever comes next waits for its commit. */
const MOST_TOGETHER = 256;

export type AskWork<A, R> = {
  /** Statements under way at most: the more, the fewer asks go together. */
  atOnce: number;
  /** True if it goes on with what had a turn already, and its facts become old. */
  next: boolean;
  /** Asks that wait, in their order; those that may go now, in the same order. */
  choose(waiting: Iterable<A>): Iterable<A>;
  /** Answers, in the order of the asks. */
  together(asks: readonly A[]): Promise<R[]>;
  alone(ask: A): Promise<R>;
  begun?(asks: readonly A[]): void;
  ended?(asks: readonly A[]): void;
};

type Waiting<A, R> = { ask: A; resolve(answer: R): void; reject(error: unknown): void };

/**
 * Asks of a process that wait at the same moment, answered by one statement: those that come while it is under way
 * wait, and go with the next.
 */
export class AskQueue<A extends object, R> {
  readonly #waiting = new Map<A, Waiting<A, R>>();
  #underWay = 0;
  /** A turn was asked for and has not come. */
  #coming = false;

  constructor(
    private readonly gate: AskGate,
    private readonly work: AskWork<A, R>
  ) {}

  /** @throws TooManyAsks when too many wait already, or when it waited too long */
  ask(ask: A): Promise<R> {
    if (this.#waiting.size >= MOST_WAITING) return Promise.reject(new TooManyAsks('too many asks wait'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#waiting.delete(ask)) reject(new TooManyAsks('it waited too long for its turn'));
      }, LONGEST_WAIT_MS);
      this.#waiting.set(ask, {
        ask,
        resolve: (answer) => (clearTimeout(timer), resolve(answer)),
        reject: (error) => (clearTimeout(timer), reject(error as Error))
      });
      this.#come();
    });
  }

  /** Asks for a turn, if there is something to do in it. Whoever asks in the same turn of the event loop goes along. */
  #come(): void {
    if (this.#coming || this.#underWay >= this.work.atOnce || this.#waiting.size === 0) return;
    this.#coming = true;
    setImmediate(() => {
      const turn = this.gate.run(() => this.#go(), { next: this.work.next });
      // No turn comes: those that it was for are told.
      turn.catch((error: unknown) => {
        this.#coming = false;
        const taken = this.#take();
        for (const { reject } of taken) reject(error);
        // Where there was none, something is under way: its end asks for the next turn.
        if (taken.length > 0) this.#come();
      });
    });
  }

  async #go(): Promise<void> {
    this.#coming = false;
    const taken = this.#take();
    if (taken.length === 0) return;
    const asks = taken.map(({ ask }) => ask);
    this.#underWay += 1;
    this.work.begun?.(asks);
    this.#come();
    await this.#answer(taken, asks);
    this.work.ended?.(asks);
    this.#underWay -= 1;
    this.#come();
  }

  async #answer(taken: readonly Waiting<A, R>[], asks: readonly A[]): Promise<void> {
    try {
      const answers = await insist(() => this.work.together(asks));
      for (const [at, { resolve }] of taken.entries()) resolve(answers[at]!);
    } catch (error) {
      // One that the database rejects fails no other: each is asked for by itself, which is safe to ask twice.
      if (taken.length === 1 || error instanceof LedgerUnavailable)
        for (const { reject } of taken) reject(error);
      else
        for (const { ask, resolve, reject } of taken)
          await insist(() => this.work.alone(ask)).then(resolve, reject);
    }
  }

  #take(): Waiting<A, R>[] {
    const taken: Waiting<A, R>[] = [];
    for (const ask of this.work.choose(this.#waiting.keys())) {
      taken.push(this.#waiting.get(ask)!);
      if (taken.length === MOST_TOGETHER) break;
    }
    for (const { ask } of taken) this.#waiting.delete(ask);
    return taken;
  }
}
