import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Database } from './client';
import { pipelined } from './pipelined';

type Run = postgres.Sql['unsafe'];
type Statement = Parameters<Run>;
type Work = (tx: postgres.TransactionSql) => unknown;

/**
 * The same database as a user sees it (TEN-3), over the same connections: every transaction begins by becoming that
 * user's, and every statement outside of one is put into one. Both end with it, whichever way it ends, so that a
 * connection is given back as it came. Whatever else the driver can do would be done with all of the database: it is
 * not there.
 */
export function tenantDatabase(db: Database, userId: string): Database {
  const { $client } = db as Database & { $client: postgres.Sql };
  return drizzle(asUser($client, userId));
}

function asUser(driver: postgres.Sql, userId: string): postgres.Sql {
  const begin = (work: Work) =>
    driver.begin(async (tx) => {
      // What the work sends first follows without waiting. Fails this, the transaction has failed, and all of that
      // with it.
      const [, result] = await pipelined([become(tx, userId), (async () => await work(tx))()]);
      return result;
    });
  const { options } = driver;
  const unsafe = (...statement: Statement) => alone(begin, statement);
  const known: Readonly<Record<string | symbol, unknown>> = { begin, unsafe, options };
  return new Proxy(refuse as never, {
    get(_, key): unknown {
      return Object.hasOwn(known, key) ? known[key] : refuse(key);
    }
  });
}

/** @throws Error for everything that a user's database does not have: what drizzle takes of a driver is all there is */
function refuse(key: string | symbol): never {
  throw new Error(`not part of a user's database: ${typeof key === 'symbol' ? String(key) : key}`);
}

/**
 * Makes a transaction a user's from here to its end: it sees and writes the rows of that user alone (drizzle/0034).
 */
async function become(tx: postgres.TransactionSql, userId: string): Promise<void> {
  await tx`select set_config('app.user', ${userId}, true), set_config('role', 'rolecall_tenant', true)`.execute();
}

/**
 * A statement in a transaction of its own: sent once somebody waits for it, for rows or for their values, as the
 * driver's own are.
 */
function alone(begin: (work: Work) => Promise<unknown>, statement: Statement): object {
  const run = (tx: postgres.TransactionSql) => (tx.unsafe as Run)(...statement);
  const rows = () => begin(run);
  return {
    then: (...heard: Parameters<Promise<unknown>['then']>) => rows().then(...heard),
    catch: (...heard: Parameters<Promise<unknown>['catch']>) => rows().catch(...heard),
    finally: (...heard: Parameters<Promise<unknown>['finally']>) => rows().finally(...heard),
    values: () => begin((tx) => run(tx).values())
  };
}
