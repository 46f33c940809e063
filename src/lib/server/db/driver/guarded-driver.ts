import postgres from 'postgres';

type Options = NonNullable<Parameters<typeof postgres>[1]>;
/** Runs the statements of one transaction, or those outside of any. */
type Handler = (query: Query) => void;
type Query = { handler: Handler; resolve(result: unknown[]): void; reject(error: Error): void };

/** What postgres.js 3.4 keeps of a connection, as far as it is needed here. */
type Connection = { id: number; execute(query: Query): unknown };
type OnExecute = (connection: Connection) => unknown;

/** The connection of a transaction is gone: its outcome is unknown. */
class TransactionLost extends Error {
  override name = 'TransactionLost';
  readonly code = 'CONNECTION_CLOSED';
}

/**
 * A statement that fails after its first rows, or loses its connection there, leaves the driver counting: the rows of the next
 * one on that connection come after as many holes. Left alone, somebody's session is not found, or a role grants nothing.
 */
function withoutHoles(query: unknown): unknown {
  const waiting = query as Query;
  const { resolve } = waiting;
  waiting.resolve = (result) => {
    const first = result.findIndex((_, at) => at in result);
    if (first > 0) result.splice(0, first);
    resolve(result);
  };
  return query;
}

/**
 * postgres.js, mended where it meets a lost connection in the middle of a transaction. On its own (3.4.9) it writes the
 * next statement, or the rollback, to a socket that is no more, which ends the process; or to the socket's successor,
 * outside the transaction or inside somebody else's. Here such a statement is refused: a transaction belongs to the socket
 * it began on, however soon the connection has another one.
 */
export function guardedDriver(url: string, options: Options): postgres.Sql {
  /** How many sockets each connection has lost. */
  const losses = new Map<number, number>();
  const lossesOf = ({ id }: Connection) => losses.get(id) ?? 0;
  /** What `lossesOf` its connection was when a transaction began. */
  const begunAt = new WeakMap<Handler, number>();
  const known = new WeakSet<Connection>();
  const driver = postgres(url, { ...options, onclose: (id) => losses.set(id, (losses.get(id) ?? 0) + 1) });

  const guard = (connection: Connection) => {
    if (known.has(connection)) return;
    known.add(connection);
    const { execute } = connection;
    connection.execute = (query) => {
      const begun = begunAt.get(query.handler);
      if (begun === undefined || begun === lossesOf(connection)) return execute(query);
      query.reject(new TransactionLost('the connection was lost'));
      // "Ready for more": anything else makes the driver file the connection under those that are alive.
      return true;
    };
  };

  // `begin` asks through this very function for a connection, before it first waits, and is told which one through
  // `onexecute`.
  let beginning: OnExecute | null = null;
  const run = driver.unsafe as (
    text: string,
    parameters?: unknown[],
    options?: { onexecute?: OnExecute }
  ) => unknown;
  const guardedRun: typeof run = (text, parameters, given) => {
    const tell = given?.onexecute;
    const begun = beginning;
    if (!tell) return withoutHoles(run(text, parameters, given));
    return run(text, parameters, {
      ...given,
      onexecute(connection) {
        guard(connection);
        begun?.(connection);
        return tell(connection);
      }
    });
  };

  const begin = driver.begin as (work: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;
  const guardedBegin: typeof begin = (work) => {
    let over = false;
    let losses = 0;
    beginning = (connection) => (losses = lossesOf(connection));
    const transaction = begin((tx) => {
      const inside = tx.unsafe as typeof run;
      // A statement that is never sent: it names the handler that all of this transaction share, the rollback too.
      begunAt.set((inside('') as Query).handler, losses);
      const guardedInside: typeof run = (...statement) => {
        // The work goes on after its transaction was given up: nobody waits for it, and it may change nothing.
        if (over) throw new TransactionLost('the transaction is over');
        return withoutHoles(inside(...statement));
      };
      return work(Object.assign(tx, { unsafe: guardedInside }));
    });
    beginning = null;
    return transaction.finally(() => (over = true));
  };
  return Object.assign(driver, { unsafe: guardedRun, begin: guardedBegin });
}
