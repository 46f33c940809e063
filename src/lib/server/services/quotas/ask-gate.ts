import { LedgerUnavailable } from './insist';

/** Why an ask was not even begun. */
export class TooManyAsks extends LedgerUnavailable {
  override name = 'TooManyAsks';
}

/** Asks that may wait for their turn in a process; more than these are told at once that they come in vain. */
const MOST_WAITING = 1000;

/**
 * Lets asks of the ledger through a few at a time, in the order in which they came: a flood of them has a share of the process's
 * connections to the database, and the console has the rest.
 */
export class AskGate {
  readonly #waiting: (() => void)[] = [];
  #under = 0;

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting = MOST_WAITING
  ) {}

  /** @throws TooManyAsks when too many wait already */
  async run<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#under >= this.atOnce) {
      if (this.#waiting.length >= this.mostWaiting) throw new TooManyAsks('too many asks wait');
      // Whoever ends hands its turn on.
      await new Promise<void>((turn) => this.#waiting.push(turn));
    } else this.#under += 1;
    try {
      return await ask();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#under -= 1;
    }
  }
}

/** The gate of a process that has so many connections to the database: half of them are for asks. */
export function askGate(pool: number): AskGate {
  return new AskGate(Math.max(1, Math.floor(pool / 2)));
}
