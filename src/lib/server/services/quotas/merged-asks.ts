import { chargeAll, type AskGroup } from '../../db/tables/asks-table';
import { charge, type Ask, type ChargeOutcome } from '../../db/tables/ledger-table';
import type { Database } from '../../db/driver/client';
import type { AskGate } from './ask-gate';
import { AskQueue } from './ask-queue';
import { insist } from './insist';
import { readSenderState, readSenderStates, type SenderState, type Subject } from './sender-state';

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

/**
 * Asks of a process that wait at the same moment, put together: how subjects stand is read once for all who ask,
 * and what is charged is one statement, with one commit. Each is decided as if it came alone. Who asks for somebody
 * whose account is being charged would wait for its lock: it waits here, and goes with the next.
 */
export class MergedAsks implements AskBatcher {
  /** Readings that have not begun, by the name of their subject. */
  readonly #coming = new Map<string, Promise<SenderState>>();
  readonly #readings: AskQueue<Subject, SenderState>;
  readonly #charges: AskQueue<Ask, ChargeOutcome>;
  /** Accounts that a statement under way charges. */
  readonly #busy = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly gate: AskGate
  ) {
    this.#readings = new AskQueue<Subject, SenderState>(gate, {
      ...{ atOnce: 1, next: false },
      choose: (waiting) => waiting,
      together: (subjects) => readSenderStates(db, subjects),
      alone: (subject) => readSenderState(db, subject),
      begun: (subjects) => subjects.forEach((subject) => this.#coming.delete(nameOf(subject)))
    });
    this.#charges = new AskQueue<Ask, ChargeOutcome>(gate, {
      // While one waits for the disk, another one is worked out.
      ...{ atOnce: 2, next: true },
      choose: (waiting) => this.#free(waiting),
      together: (asks) => chargeTogether(db, asks),
      alone: (ask) => charge(db, ask),
      begun: (asks) => accountsOf(asks).forEach((account) => this.#busy.add(account)),
      ended: (asks) => accountsOf(asks).forEach((account) => this.#busy.delete(account))
    });
  }

  /**
   * Whoever asks while a reading of the same subject waits for its turn has the same; one that has begun may be too
   * old.
   */
  senderStateOf(subject: Subject): Promise<SenderState> {
    const name = nameOf(subject);
    const waiting = this.#coming.get(name);
    if (waiting) return waiting;
    const reading = this.#readings.ask({ ...subject });
    this.#coming.set(name, reading);
    // One whose turn never comes is waited for by nobody else.
    reading.catch(() => this.#coming.get(name) === reading && this.#coming.delete(name));
    return reading;
  }

  /** @throws TooManyAsks when too many wait already, or when it waited too long */
  charge(ask: Ask): Promise<ChargeOutcome> {
    if (isPlain(ask)) return this.#charges.ask({ ...ask });
    return this.gate.run(() => insist(() => charge(this.db, ask)), { next: true });
  }

  /** Asks whose accounts nobody charges; of those with the same key the first. */
  *#free(waiting: Iterable<Ask>): Iterable<Ask> {
    const keys = new Set<string>();
    for (const ask of waiting) {
      const key = `${ask.caller}\n${ask.key}`;
      if (keys.has(key) || ask.layers.some(({ account }) => this.#busy.has(account))) continue;
      keys.add(key);
      yield ask;
    }
  }
}

function nameOf({ type, id }: Subject): string {
  return `${type}:${id}`;
}

function accountsOf(asks: readonly Ask[]): string[] {
  return asks.flatMap(({ layers }) => layers.map(({ account }) => account));
}

/** True if an ask may be decided together with others: all of it or nothing, charged at once, and not spread evenly. */
function isPlain({ partial, ttlSeconds, layers }: Ask): boolean {
  const isWatched = ({ caps }: Ask['layers'][number]) => Object.values(caps).some(({ shadow }) => shadow);
  return !partial && ttlSeconds === null && !layers.some((layer) => layer.smooth || isWatched(layer));
}

/** Charges asks in groups of those that are judged by the same reading. */
async function chargeTogether(db: Database, asks: readonly Ask[]): Promise<ChargeOutcome[]> {
  const groups = new Map<Ask['layers'], Ask[]>();
  for (const ask of asks) {
    const same = groups.get(ask.layers);
    if (same) same.push(ask);
    else groups.set(ask.layers, [ask]);
  }
  const all = [...groups].map(([layers, members]): AskGroup => {
    const { zone, asked } = members[0]!;
    return { zone, layers, asked, asks: members };
  });
  const outcomes = new Map<Ask, ChargeOutcome>();
  for (const [at, answers] of (await chargeAll(db, all)).entries())
    for (const [place, answer] of answers.entries()) outcomes.set(all[at]!.asks[place]!, answer);
  return asks.map((ask) => outcomes.get(ask)!);
}
