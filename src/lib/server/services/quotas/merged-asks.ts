import { chargeAll, type AskGroup } from '../../db/tables/asks-table';
import { charge, type Ask, type ChargeOutcome } from '../../db/tables/ledger-table';
import type { Database } from '../../db/driver/client';
import { TooManyAsks, type AskGate } from './ask-gate';
import { insist, LedgerUnavailable } from './insist';
import { readSenderState, type SenderState, type Subject } from './sender-state';

/**
 * Asks in one statement at most, and readings of layers that they are judged by: whoever comes next waits for its
 * commit.
 */
const MOST_TOGETHER = 256;
const MOST_GROUPS = 12;
/** Asks that may wait in a process. */
const MOST_WAITING = 1000;
/**
 * The longest that one waits, in milliseconds: a mail server and a program have given up soon after, and are not
 * charged for it.
 */
const LONGEST_WAIT_MS = 3000;

/** Source of answers for an ask of the ledger. */
export type AskBatcher = {
  senderStateOf(subject: Subject): Promise<SenderState>;
  charge(ask: Ask): Promise<ChargeOutcome>;
};

/** Each ask on its own. */
export function singleAsks(db: Database): AskBatcher {
  return {
    senderStateOf: (subject) => insist(() => readSenderState(db, subject)),
    charge: (ask) => insist(() => charge(db, ask))
  };
}

type Waiting = { ask: Ask; resolve(outcome: ChargeOutcome): void; reject(error: unknown): void };

/**
 * Asks of a process that wait at the same moment, put together: how a subject stands is read once for all who ask
 * for it, and what is charged is one statement, with one commit. Each is decided as if it came alone. Who asks for
 * somebody whose account is being charged would wait for its lock: it waits here, and goes with the next.
 */
export class MergedAsks implements AskBatcher {
  readonly #states = new Map<string, Promise<SenderState>>();
  readonly #waiting = new Set<Waiting>();
  /** Accounts that a statement under way charges. */
  readonly #busy = new Set<string>();
  /** A turn was asked for and has not come. */
  #coming = false;

  constructor(
    private readonly db: Database,
    private readonly gate: AskGate
  ) {}

  /**
   * Whoever asks while a reading of the same subject waits for its turn has the same; one that has begun may be too
   * old.
   */
  senderStateOf(subject: Subject): Promise<SenderState> {
    const name = `${subject.type}:${subject.id}`;
    const waiting = this.#states.get(name);
    if (waiting) return waiting;
    let begun = false;
    const reading = this.gate.run(() => {
      begun = true;
      this.#states.delete(name);
      return insist(() => readSenderState(this.db, subject));
    });
    if (begun) return reading;
    this.#states.set(name, reading);
    // One whose turn never comes is waited for by nobody else.
    reading.catch(() => begun || this.#states.delete(name));
    return reading;
  }

  /** @throws TooManyAsks when too many wait already, or when it waited too long */
  charge(ask: Ask): Promise<ChargeOutcome> {
    if (!isPlain(ask)) return this.gate.run(() => insist(() => charge(this.db, ask)), { next: true });
    if (this.#waiting.size >= MOST_WAITING) return Promise.reject(new TooManyAsks('too many asks wait'));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { ask, resolve, reject };
      const timer = setTimeout(() => {
        if (this.#waiting.delete(waiting)) reject(new TooManyAsks('it waited too long for its turn'));
      }, LONGEST_WAIT_MS);
      waiting.resolve = (outcome) => (clearTimeout(timer), resolve(outcome));
      waiting.reject = (error) => (clearTimeout(timer), reject(error));
      this.#waiting.add(waiting);
      if (this.#isFree(waiting)) this.#come();
    });
  }

  /** Asks for a turn, if there is something to do in it. */
  #come(): void {
    if (this.#coming || this.#waiting.size === 0) return;
    this.#coming = true;
    const turn = this.gate.run(
      async () => {
        this.#coming = false;
        const taken = this.#take();
        if (taken.length === 0) return;
        const decided = this.#decide(taken);
        this.#come();
        await decided;
      },
      { next: true }
    );
    // No turn comes: those that it was for are told.
    turn.catch((error: unknown) => {
      this.#coming = false;
      for (const { reject } of this.#take()) reject(error);
    });
  }

  #isFree({ ask: { layers } }: Waiting): boolean {
    return layers.every(({ account }) => !this.#busy.has(account));
  }

  /** Those that wait, in their order, as far as nobody charges their accounts. */
  #take(): Waiting[] {
    const taken: Waiting[] = [];
    const readings = new Set<Ask['layers']>();
    for (const each of this.#waiting) {
      if (taken.length === MOST_TOGETHER) break;
      const isNew = !readings.has(each.ask.layers);
      if (!this.#isFree(each) || (isNew && readings.size === MOST_GROUPS)) continue;
      readings.add(each.ask.layers);
      taken.push(each);
      this.#waiting.delete(each);
    }
    return taken;
  }

  async #decide(taken: readonly Waiting[]): Promise<void> {
    const groups = groupsOf(taken);
    const accounts = groups.flatMap(({ group }) => group.layers.map(({ account }) => account));
    for (const account of accounts) this.#busy.add(account);
    try {
      const outcomes = await insist(() =>
        chargeAll(
          this.db,
          groups.map(({ group }) => group)
        )
      );
      for (const [at, { members }] of groups.entries())
        for (const [place, { resolve }] of members.entries()) resolve(outcomes[at]![place]!);
    } catch (error) {
      // One that the database rejects fails no other: each is asked for by itself, which is safe to ask twice.
      if (taken.length === 1 || error instanceof LedgerUnavailable)
        for (const { reject } of taken) reject(error);
      else
        for (const { ask, resolve, reject } of taken)
          await insist(() => charge(this.db, ask)).then(resolve, reject);
    } finally {
      for (const account of accounts) this.#busy.delete(account);
      this.#come();
    }
  }
}

/** True if an ask may be decided together with others: all of it or nothing, charged at once, and not spread evenly. */
function isPlain({ partial, ttlSeconds, layers }: Ask): boolean {
  const isWatched = ({ caps }: Ask['layers'][number]) => Object.values(caps).some(({ shadow }) => shadow);
  return !partial && ttlSeconds === null && !layers.some((layer) => layer.smooth || isWatched(layer));
}

/** Asks by the reading of the layers that they are judged by. */
function groupsOf(taken: readonly Waiting[]): { group: AskGroup; members: Waiting[] }[] {
  const groups = new Map<Ask['layers'], Waiting[]>();
  for (const each of taken) {
    const same = groups.get(each.ask.layers);
    if (same) same.push(each);
    else groups.set(each.ask.layers, [each]);
  }
  return [...groups].map(([layers, members]) => {
    const { zone, asked } = members[0]!.ask;
    return { group: { zone, layers, asked, asks: members.map(({ ask }) => ask) }, members };
  });
}
