import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Database } from './client';
import { pipelined } from './pipelined';

/** From here to its end a transaction is a user's: it sees and writes the rows of that user alone (drizzle/0034). */
const BECOME_USER = `select set_config('app.user', $1, true), set_config('role', 'rolecall_tenant', true)`;

type Run = postgres.Sql['unsafe'];
type Statement = Parameters<Run>;
type Work = (tx: postgres.TransactionSql) => unknown;

/**
 * The same database as a user sees it (TEN-3), over the same connections: every transaction begins by becoming that user's, and every
 * statement outside of one is put into one. Both end with it, whichever way it ends, so that a connection is given back as it came.
 */
export function tenantDatabase(db: Database, userId: string): Database {
  const { $client } = db as Database & { $client: postgres.Sql };
  return drizzle(asUser($client, userId));
}

function asUser(driver: postgres.Sql, userId: string): postgres.Sql {
  const begin = (work: Work) =>
    driver.begin(async (tx) => {
      // What the work sends first follows without waiting. Fails this, the transaction has failed, and all of that with it.
      const [, result] = await pipelined([become(tx, userId), (async () => await work(tx))()]);
      return result;
    });
  return new Proxy(driver, {
    get(target, key): unknown {
      if (key === 'begin') return begin;
      if (key === 'unsafe') return (...statement: Statement) => alone(begin, statement);
      return Reflect.get(target, key);
    }
  });
}

async function become(tx: postgres.TransactionSql, userId: string): Promise<void> {
  await tx.unsafe(BECOME_USER, [userId]).execute();
}

/** A statement in a transaction of its own: sent once somebody waits for it, for rows or for their values, as the driver's own are. */
function alone(begin: (work: Work) => Promise<unknown>, statement: Statement): object {
  const rows = () => begin((tx) => tx.unsafe(...statement));
  return {
    then: (...heard: Parameters<Promise<unknown>['then']>) => rows().then(...heard),
    catch: (...heard: Parameters<Promise<unknown>['catch']>) => rows().catch(...heard),
    finally: (...heard: Parameters<Promise<unknown>['finally']>) => rows().finally(...heard),
    values: () => begin((tx) => tx.unsafe(...statement).values())
  };
}
