import postgres from 'postgres';
import {
  refuseUnsendable,
  TransactionLost,
  type Connection,
  type Handler,
  type Query,
  type Run
} from './driver-internals';
import { listenPatiently } from './patient-listen';
import { transactionOn } from './transaction-on';

type Options = NonNullable<Parameters<typeof postgres>[1]>;

/**
 * A statement that fails after its first rows, or loses its connection there, leaves the driver counting: the rows
 * of the next one on that connection come after as many holes. Left alone, somebody's session is not found, or a
 * role grants nothing.
 */
function withoutHoles(query: Query): Query {
  const { resolve } = query;
  query.resolve = (result) => {
    const first = result.findIndex((_, at) => at in result);
    if (first > 0) result.splice(0, first);
    resolve(result);
  };
  return query;
}

/**
 * A setting that says nothing. What was to be written to a socket when it closed is kept by the driver for the next
 * one, with the notion that it is about to be written: then the greeting of the next one is never sent, and the
 * connection comes back after some time limits. What is longer than 1,024 bytes is written at once: a server that
 * gets such a remainder before the greeting hangs up, and the next try is clean.
 */
const PADDING = { 'rolecall.padding': '-'.repeat(1024) };

/** Error codes of a socket before it closes. */
const SOCKET_ENDS = ['EPIPE', 'ECONNRESET', 'ETIMEDOUT'];

/** Stands in place of a count of losses: of no socket there is. */
const NEVER = -1;

/**
 * Statements that follow each other on a connection: as many as there are. Where the driver counts, it forgets to
 * say which one a BEGIN went over.
 */
const UNCOUNTED = { max_pipeline: Number.MAX_SAFE_INTEGER };

/** True if the error that failed a statement is the end of its connection, which is told before the socket closes. */
function endsConnection(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return ['FATAL', 'PANIC'].includes(error.severity);
  return error instanceof Error && 'code' in error && SOCKET_ENDS.includes(String(error.code));
}

/**
 * postgres.js, mended where it meets a lost connection in the middle of a transaction. On its own (3.4.9) it writes
 * the next statement, or the rollback, to a socket that is no more, which ends the process; or to the socket's
 * successor, outside the transaction or inside somebody else's. Here such a statement is refused: a transaction
 * belongs to the socket it began on, however soon the connection has another one. In one piece: its parts share
 * what is known of each connection, and nobody else may.
 * @param patience how long LISTEN may take to be answered, in milliseconds
 */
export function guardedDriver(url: string, options: Options, patience?: number): postgres.Sql {
  /** Number of sockets that each connection has lost, by its id. */
  const losses = new Map<number, number>();
  const lossesOf = ({ id }: Connection) => losses.get(id) ?? 0;
  /** Value of `lossesOf` its connection when a transaction began. */
  const begunAt = new WeakMap<Handler, number>();
  const known = new WeakSet<Connection>();
  /** Connections that are told to end and have not closed yet, with the statements that came since. */
  const ending = new Map<number, Query[]>();
  /** Statements of a connection that have no answer. */
  const unanswered = new Map<number, Set<Query>>();
  /**
   * Refuses the statements that the driver forgot when the socket closed, and has them passed over: left in its
   * line they would take the answers of the ones after them.
   */
  const giveUp = (id: number) => {
    for (const query of unanswered.get(id) ?? []) {
      query.cancelled = { resolve: () => undefined, reject: () => undefined };
      query.reject(new TransactionLost('the connection was lost'));
    }
    unanswered.delete(id);
  };
  const driver = postgres(url, {
    ...options,
    ...UNCOUNTED,
    connection: { ...options.connection, ...PADDING },
    onclose(id) {
      losses.set(id, (losses.get(id) ?? 0) + 1);
      const held = ending.get(id) ?? [];
      ending.delete(id);
      giveUp(id);
      // Nothing of them was sent. The driver is told once it has filed this connection under those that are closed.
      queueMicrotask(() => held.forEach((query) => query.handler(query)));
    }
  });

  /** Hears when a statement is answered, and when its answer is the end of the connection. */
  const followed = ({ id }: Connection, query: Query): Query => {
    const { resolve, reject } = query;
    const waiting = unanswered.get(id) ?? new Set();
    unanswered.set(id, waiting.add(query));
    query.resolve = (result) => {
      waiting.delete(query);
      resolve(result);
    };
    query.reject = (error) => {
      // The driver may say it again when the next socket is ready.
      const isFirst = waiting.delete(query);
      if (isFirst && endsConnection(error) && !ending.has(id)) ending.set(id, []);
      reject(error);
    };
    return query;
  };

  const guard = (connection: Connection) => {
    if (known.has(connection)) return;
    known.add(connection);
    const { execute } = connection;
    connection.execute = (query) => {
      // "Ready for more."
      if (refuseUnsendable(query)) return true;
      const begun = begunAt.get(query.handler);
      const held = ending.get(connection.id);
      if (begun === undefined && held) {
        held.push(query);
        return false;
      }
      const isOfNow = begun === undefined || begun === lossesOf(connection);
      if (isOfNow && !held) return execute(followed(connection, query));
      query.reject(new TransactionLost('the connection was lost'));
      // "Ready for more": anything else makes the driver file the connection under those that are alive.
      return true;
    };
  };

  const run = driver.unsafe as unknown as Run;
  const guardedRun: Run = (...statement) => withoutHoles(run(...statement));
  const begin = (work: (tx: postgres.TransactionSql) => unknown) =>
    transactionOn(
      {
        run,
        template: driver,
        mended: withoutHoles,
        bind(connection, handler) {
          guard(connection);
          begunAt.set(handler, lossesOf(connection));
        },
        refuse: (handler) => begunAt.set(handler, NEVER)
      },
      work
    );
  const listen = driver.listen.bind(driver);
  // Of what the driver tells of a subscription the program takes how to end it, and that alone.
  const patientListen = ((...asked: Parameters<typeof listen>) =>
    listenPatiently(listen(...asked), patience)) as typeof driver.listen;
  return Object.assign(driver, {
    unsafe: guardedRun,
    begin,
    listen: patientListen
  }) as unknown as postgres.Sql;
}
