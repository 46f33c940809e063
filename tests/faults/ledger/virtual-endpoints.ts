import { StringChunk, type SQL } from 'drizzle-orm';
import type { Database } from '../../../src/lib/server/db/driver/client';

/**
 * Fate of a statement. `before` and `after` say if the database did it; `lost`: its answer alone, `crash`: the
 * process, too.
 */
export type Fate = 'heard' | 'lost-before' | 'lost-after' | 'crash-before' | 'crash-after';

export type Statement = 'standing' | 'charge' | 'resolve' | 'lease' | 'renew' | 'other';

type Rows = Record<string, unknown>[];
/** Runs a statement about somebody, or does something else in its place. */
export type Run = (statement: Statement, about: string, run: () => Promise<Rows>) => Promise<Rows>;
/** Hears what the database said, whether whoever asked will hear it or not. */
export type Tap = (statement: Statement, rows: Rows) => void | Promise<void>;

/** The process in which somebody asked is no more. */
export class Crashed extends Error {
  override name = 'Crashed';
}

type Waiting = {
  statement: Statement;
  run(): Promise<Rows>;
  resolve(rows: Rows): void;
  reject(error: Error): void;
};

/**
 * A connection of one caller, whose statements wait until the story lets them through: one after another over all
 * callers, in an order and with a fate that its seed decides. So two asks meet between any two of their statements,
 * and the same seed is the same story.
 */
export class VirtualEndpoint {
  readonly db: Database;
  #waiting: Waiting | null = null;
  #about = '';
  #asks: Promise<unknown> | null = null;
  #changed: () => void = () => undefined;

  constructor(
    real: Database,
    private readonly run: Run
  ) {
    const execute = (query: SQL) => this.#wait(statementOf(query), async () => await real.execute(query));
    this.db = new Proxy(real, {
      get: (target, key): unknown => (key === 'execute' ? execute : Reflect.get(target, key))
    });
  }

  get isBusy(): boolean {
    return this.#asks !== null;
  }

  /** Statement that waits to be let through; null: none. */
  get waits(): Statement | null {
    return this.#waiting?.statement ?? null;
  }

  /** Begins an ask about somebody; one at a time. */
  begin(about: string, ask: () => Promise<void>): void {
    this.#about = about;
    this.#asks = ask().finally(() => {
      this.#asks = null;
      this.#changed();
    });
    this.#asks.catch(() => undefined);
  }

  /** Waits until a statement waits, or the ask is over. @throws what the ask threw */
  async settled(): Promise<void> {
    while (this.#asks && !this.#waiting) {
      const change = new Promise<void>((resolve) => (this.#changed = resolve));
      await Promise.race([this.#asks, change]);
    }
  }

  /** Lets the statement that waits through. */
  async step(fate: Fate, tap: Tap): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) throw new Error('no statement waits');
    this.#waiting = null;
    let rows: Rows = [];
    if (!fate.endsWith('before')) {
      rows = await this.run(waiting.statement, this.#about, waiting.run);
      await tap(waiting.statement, rows);
    }
    if (fate === 'heard') waiting.resolve(rows);
    else if (fate.startsWith('crash')) waiting.reject(new Crashed('the process ended'));
    else waiting.reject(Object.assign(new Error('the connection was lost'), { code: 'CONNECTION_CLOSED' }));
  }

  #wait(statement: Statement, run: () => Promise<Rows>): Promise<Rows> {
    return new Promise((resolve, reject) => {
      this.#waiting = { statement, run, resolve, reject };
      this.#changed();
    });
  }
}

const KINDS: [RegExp, Statement][] = [
  [/as "readAt"/, 'standing'],
  [/ledger_charge(_all)?\(/, 'charge'],
  [/ledger_resolve\(/, 'resolve'],
  [/ledger_lease\(/, 'lease'],
  [/ledger_renew\(/, 'renew']
];

function statementOf(query: SQL): Statement {
  const text = query.queryChunks
    .map((chunk) => (chunk instanceof StringChunk ? chunk.value.join('') : ''))
    .join(' ');
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

/** Reason for a failure, in the words of whoever knows it first. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
