import { sqlState } from './client';

/** SQLSTATE of every statement after the one that failed. */
const TRANSACTION_FAILED = '25P02';

/**
 * Sends statements of one transaction without waiting for the answers in between: Postgres runs them in this order,
 * and the whole costs one round trip. Waits for all of them even when one fails, so that none is left to run after
 * the transaction's end. Each must be the promise of an async function: a bare query builder is sent only when
 * somebody waits for it, which is after the others.
 * @throws the error that failed the transaction, not what it did to the statements after it
 */
export async function pipelined<const T extends readonly Promise<unknown>[]>(
  statements: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(statements);
  const failures = settled
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  if (failures.length > 0)
    throw failures.find((failure) => sqlState(failure) !== TRANSACTION_FAILED) ?? failures[0];
  const answers = settled.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  return answers as { -readonly [K in keyof T]: Awaited<T[K]> };
}
