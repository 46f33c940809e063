/**
 * Sends statements of one transaction without waiting for the answers in between: Postgres runs them in this order, and the
 * whole costs one round trip. Waits for all of them even when one fails, so that none is left to run after the
 * transaction's end.
 * @throws the error of the first that failed
 */
export async function pipelined<const T extends readonly unknown[]>(
  statements: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(statements);
  const answers = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return answers as { -readonly [K in keyof T]: Awaited<T[K]> };
}
