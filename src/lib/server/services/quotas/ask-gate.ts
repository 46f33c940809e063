import { LedgerUnavailable } from './insist';

/** Error: too many asks wait, so this one was not even begun. */
export class TooManyAsks extends LedgerUnavailable {
  override name = 'TooManyAsks';
}

/** Asks that may wait for their turn in a process; more than these are told at once that they come in vain. */
const MOST_WAITING = 1000;
/**
 * The longest that one waits, in milliseconds: a mail server and a program have given up soon after, and are not
 * charged for it.
 */
const LONGEST_WAIT_MS = 3000;
/** Turns of what ends a hold or a lease. */
const SETTLING = 2;

/**
 * Lets asks of the ledger through a few at a time, in the order in which they came: a flood of them has a share of
 * the process's connections to the database, and the console has the rest.
 */
export class AskGate {
  readonly #waiting: (() => void)[] = [];
  #under = 0;

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting = MOST_WAITING,
    private readonly longestWaitMs = LONGEST_WAIT_MS
  ) {}

  /**
   * @param next before all others that wait: it goes on with what had a turn already, and its facts become old
   * @throws TooManyAsks when too many wait already, or when it waited too long
   */
  async run<T>(ask: () => Promise<T>, { next = false } = {}): Promise<T> {
    if (this.#under >= this.atOnce) await this.#turn(next);
    else this.#under += 1;
    try {
      return await ask();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#under -= 1;
    }
  }

  /** Waits until whoever ends hands its turn on. */
  #turn(first: boolean): Promise<void> {
    if (this.#waiting.length >= this.mostWaiting)
      return Promise.reject(new TooManyAsks('too many asks wait'));
    return new Promise((resolve, reject) => {
      const waiter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new TooManyAsks('it waited too long for its turn'));
      }, this.longestWaitMs);
      if (first) this.#waiting.unshift(waiter);
      else this.#waiting.push(waiter);
    });
  }
}

/**
 * Gate for asks that end a hold or a lease, with turns of its own: while many ask for more, mail that was sent is
 * still counted.
 */
export function settlingGate(): AskGate {
  return new AskGate(SETTLING);
}

/** The gate of a process that has so many connections to the database: half of them are for asks. */
export function askGate(pool: number): AskGate {
  return new AskGate(Math.max(1, Math.floor(pool / 2)));
}
