import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import {
  isConnectionLoss,
  isRaised,
  sqlState,
  violatedConstraint,
  type Database,
  type Queryable
} from './client';
import { pipelined } from './pipelined';

/** A transaction that declared itself audited. */
export type AuditedTransaction = Queryable & { readonly audited: true };

/** Postgres stayed away for longer than we wait. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable';
}

/** Work that relied on what was not so asks to run again from the start. */
export class StartOver extends Error {
  override name = 'StartOver';
}

const RETRY_DELAYS_MS = [20, 60, 200, 500, 1000, 1500, 2000, 2000];

/**
 * Runs `work` in a transaction marked as audited (the fence of drizzle/0001). It runs again from the start after a
 * deadlock, a serialisation failure, a race for the same operation id, a lost connection, or where it asks for that
 * itself: `work` must look its operation id up first, so that an outcome that was unknown is found instead of
 * repeated.
 * @throws DatabaseUnavailable when the server does not come back within about 7 s
 */
export async function auditedTransaction<T>(
  db: Database,
  work: (tx: AuditedTransaction) => Promise<T>
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await db.transaction(async (tx) => {
        // What the work sends first follows the mark without waiting for its answer.
        const [, result] = await pipelined([
          declareAudited(tx),
          work(Object.assign(tx, { audited: true as const }))
        ]);
        return result;
      });
    } catch (error) {
      const lost = isConnectionLoss(error) || isStray(error);
      if (!lost && !isRace(error) && !(error instanceof StartOver)) throw error;
      const delay = RETRY_DELAYS_MS[attempt];
      if (delay === undefined) {
        if (lost) throw new DatabaseUnavailable('the database does not answer', { cause: error });
        throw error;
      }
      await sleep(delay * (0.5 + Math.random()));
    }
  }
}

/**
 * Marks the transaction for the fence: a statement that strays out of it, onto another connection, is refused
 * there.
 */
export async function declareAudited(tx: Queryable): Promise<void> {
  await tx.execute(sql`select set_config('app.txn', pg_current_xact_id()::text, true)`);
}

/**
 * Sends the last statements of a transaction with its commit behind them, and waits for all: one round trip.
 * Nothing may be sent after it, so each is one statement and no more.
 * @throws what failed one of them, or the commit: then nothing was committed. As ever, a lost connection leaves
 *   that unknown
 */
export async function committed(
  tx: AuditedTransaction,
  statements: readonly Promise<unknown>[]
): Promise<void> {
  let failed = false;
  for (const statement of statements) statement.catch(() => (failed = true));
  const commit = async () => {
    // What cannot even be put together has failed by then, and the server never hears of it: it would commit the rest.
    await new Promise((resolve) => process.nextTick(resolve));
    if (!failed) await tx.execute(sql`commit`);
  };
  await pipelined([...statements, commit()]);
}

/** Lets the owner of the tables change the last usable Super Administrator in this transaction (drizzle/0004). */
export async function declareRescue(tx: AuditedTransaction): Promise<void> {
  await tx.execute(sql`select set_config('app.rescue', 'on', true)`);
}

/** Makes all that a transaction reads be of one moment. It must be the transaction's first statement. */
export async function readOneSnapshot(tx: Queryable): Promise<void> {
  await tx.execute(sql`set transaction isolation level repeatable read`);
}

/** Asks a question that may take so long and no longer: the database gives it up with 57014. */
export async function withinTime<T>(
  db: Database,
  ms: number,
  question: (tx: Queryable) => Promise<T>
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('statement_timeout', ${String(ms)}, true)`);
    return question(tx);
  });
}

/** Constraints that two people can race for: the later one starts over, finds it taken and gets a refusal. */
const RACED_FOR = new Set([
  'operations_actor_op_pk',
  'roles_name_key',
  'administrators_email_key',
  'users_email_key',
  'addresses_one_holder',
  'packages_name_key',
  'sending_names_pkey',
  'sending_names_one_holder',
  'log_exports_one_each',
  'visits_one_each'
]);

/** True if our own fence refused a statement that strayed out of its transaction: a missing right stays missing. */
function isStray(error: unknown): boolean {
  return sqlState(error) === '42501' && isRaised(error);
}

function isRace(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '40001' || state === '40P01') return true;
  return state === '23505' && RACED_FOR.has(violatedConstraint(error) ?? '');
}
