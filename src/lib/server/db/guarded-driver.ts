import postgres from 'postgres';

type Options = NonNullable<Parameters<typeof postgres>[1]>;
type Query = { reject(error: Error): void };

/** What postgres.js 3.4 keeps of a connection, as far as it is needed here. */
type Connection = { id: number; execute(query: Query): unknown; connect(query: unknown): void };
type OnExecute = (connection: Connection) => unknown;

/** The connection of a transaction is gone: its outcome is unknown. */
class TransactionLost extends Error {
  override name = 'TransactionLost';
  readonly code = 'CONNECTION_CLOSED';
}

/**
 * postgres.js, mended where it meets a lost connection in the middle of a transaction. On its own (3.4.9) it writes the
 * next statement, or the rollback, to a socket that is no more, which ends the process; or to the socket's successor,
 * outside the transaction or inside somebody else's. Here such a statement is refused.
 */
export function guardedDriver(url: string, options: Options): postgres.Sql {
  const lost = new Set<number>();
  const known = new WeakSet<Connection>();
  const driver = postgres(url, { ...options, onclose: (id) => lost.add(id) });

  const guard = (connection: Connection) => {
    if (known.has(connection)) return;
    known.add(connection);
    const { execute, connect } = connection;
    connection.execute = (query) => {
      if (!lost.has(connection.id)) return execute(query);
      query.reject(new TransactionLost('the connection was lost'));
      // "Ready for more": anything else makes the driver file the connection under those that are alive.
      return true;
    };
    connection.connect = (query) => {
      lost.delete(connection.id);
      connect(query);
    };
  };

  // `begin` asks through this very function for a connection, and is told which one through `onexecute`.
  const run = driver.unsafe as (
    text: string,
    parameters?: unknown[],
    options?: { onexecute?: OnExecute }
  ) => unknown;
  const guardedRun: typeof run = (text, parameters, given) => {
    const tell = given?.onexecute;
    if (!tell) return run(text, parameters, given);
    return run(text, parameters, {
      ...given,
      onexecute(connection) {
        guard(connection);
        return tell(connection);
      }
    });
  };

  const begin = driver.begin as (work: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;
  const guardedBegin: typeof begin = (work) => {
    let over = false;
    return begin((tx) => {
      const inside = tx.unsafe as typeof run;
      const guardedInside: typeof run = (...statement) => {
        // The work goes on after its transaction was given up: nobody waits for it, and it may change nothing.
        if (over) throw new TransactionLost('the transaction is over');
        return inside(...statement);
      };
      return work(Object.assign(tx, { unsafe: guardedInside }));
    }).finally(() => (over = true));
  };
  return Object.assign(driver, { unsafe: guardedRun, begin: guardedBegin });
}
