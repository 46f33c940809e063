import type postgres from 'postgres';
import {
  refuseUnsendable,
  TransactionLost,
  type Connection,
  type Handler,
  type Query,
  type Run,
  type Template
} from './driver-internals';

/** Parts of the driver that a transaction uses. */
type Driver = {
  run: Run;
  template: Template;
  /** Mends a statement that is about to be sent. */
  mended(query: Query): Query;
  /** Binds a handler: from now on its statements belong to the socket that the connection has at this moment. */
  bind(connection: Connection, handler: Handler): void;
  /** Refuses a handler's statements from now on. */
  refuse(handler: Handler): void;
};

// What ends a transaction: nothing may be sent after it.
const COMMIT = 'commit';
const ROLLBACK = 'rollback';

/**
 * A transaction whose first statements follow its BEGIN at once, as the driver’s own do not: there each waits for
 * an answer of its own. What it promises is the same: any statement that failed fails it, and work that ends well
 * commits it. Work may send `commit` itself, behind its last statements; then nothing follows. In one piece: its
 * parts share where the transaction stands.
 */
export async function transactionOn<T>(
  driver: Driver,
  work: (tx: postgres.TransactionSql) => T | Promise<T>
): Promise<T> {
  /** Statements that come while the connection takes no more. */
  const waiting: Query[] = [];
  let isFull = false;
  let hasCommit = false;
  let isOver = false;
  let failure: { error: unknown } | null = null;
  let lose: (error: unknown) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  lost.catch(() => (isOver = true));

  const connection = await new Promise<Connection>((resolve, reject) => {
    const onexecute = (on: Connection) => {
      driver.bind(on, handler);
      on.reserved = sendWaiting;
      on.onclose = (error) => {
        lose(error);
        giveUpWaiting();
      };
      resolve(on);
      // To everybody else the connection is one that takes no more.
      return false;
    };
    driver.run('begin', [], { onexecute }).catch((error: unknown) => {
      // What was sent behind it is outside of any transaction: the fence in the database refuses what it would change.
      driver.refuse(handler);
      lose(error);
      giveUpWaiting();
      reject(error as Error);
    });
  });

  function giveUpWaiting(): void {
    for (const query of waiting.splice(0)) query.reject(new TransactionLost('the connection was lost'));
  }
  function send(query: Query): void {
    isFull = !connection.execute(query);
  }
  function sendWaiting(): void {
    isFull = false;
    for (let next; !isFull && (next = waiting.shift());) send(next);
  }
  function handler(query: Query): void {
    query.catch((error: unknown) => (failure ??= { error }));
    // At once: its transaction may be about to commit.
    if (refuseUnsendable(query)) return;
    if (isFull) waiting.push(query);
    else send(query);
  }
  function inside(query: Query): Query {
    query.handler = handler;
    return driver.mended(query);
  }
  const mustBeOpen = () => {
    if (hasCommit) throw new Error('a statement after the commit of its transaction');
    // The work goes on after its transaction was given up: nobody waits for it, and it may change nothing.
    if (isOver) throw new TransactionLost('the transaction is over');
  };
  const statement: Run = (text, ...rest) => {
    mustBeOpen();
    hasCommit = text === COMMIT;
    isOver = hasCommit || text === ROLLBACK;
    const query = inside(driver.run(text, ...rest));
    return hasCommit ? committing(query) : query;
  };
  const template: Template = (...given) => {
    mustBeOpen();
    const made = driver.template(...given);
    return made instanceof Promise ? inside(made as Query) : made;
  };
  let savepoints = 0;
  const savepoint = async (part: (tx: postgres.TransactionSql) => unknown) => {
    const name = `s${savepoints++}`;
    await statement(`savepoint ${name}`);
    const before = failure;
    try {
      return await part(tx);
    } catch (error) {
      await statement(`rollback to ${name}`);
      failure = before;
      throw error;
    }
  };
  const tx = Object.assign(template, { unsafe: statement, savepoint }) as unknown as postgres.TransactionSql;

  const worked = async () => {
    try {
      const result = await work(tx);
      if (failure) throw failure.error;
      if (!isOver) await statement(COMMIT);
      return result;
    } catch (error) {
      if (!isOver) await Promise.resolve(statement(ROLLBACK)).catch(() => undefined);
      throw error;
    }
  };
  return Promise.race([worked(), lost]).finally(() => {
    isOver = true;
    // What was put together before and is handed over now would be somebody else’s.
    driver.refuse(handler);
  });
}

/** A COMMIT after a statement that failed is answered, but by a rollback. */
function committing(query: Query): Query {
  const { resolve, reject } = query;
  query.resolve = (result) => {
    if (result.command === 'COMMIT') resolve(result);
    else reject(new Error(`the transaction was not committed: ${result.command}`));
  };
  return query;
}
