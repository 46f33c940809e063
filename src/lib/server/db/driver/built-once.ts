import { sql, type Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect, type PgSession } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Database, Queryable } from './client';

/** A value that is given with each run of a query, by its name. */
export type Slot = (name: string) => Placeholder;
type Run = postgres.Sql['unsafe'];
type Values = Readonly<Record<string, unknown>>;

type Prepared<R> = { execute(values: Values): Promise<R> };
type Buildable<R> = { prepare(name: string): { execute(values?: Record<string, unknown>): Promise<R> } };
/** Session that drizzle keeps of a database or a transaction. */
type Session = PgSession & { readonly client: Pick<postgres.Sql, 'unsafe'> };

/** Connection over which the query sent at this moment goes. Drizzle asks for it before it waits for anything. */
let asking: Session['client'] | null = null;
const whoeverAsks = {
  options: { parsers: {}, serializers: {} },
  unsafe(...statement: Parameters<Run>) {
    if (!asking) throw new Error('a query that was built once is sent by nobody');
    return (asking.unsafe as Run)(...statement);
  }
};
const builder: Database = drizzle(whoeverAsks as unknown as postgres.Sql);

/**
 * A query that drizzle puts together once for the process, on its first use, and not each time it is asked: its
 * text, the order of its values and what its rows become stay the same. Runs in any transaction or outside of one,
 * and is sent in its turn as any other (pipelined.ts).
 */
export function builtOnce<R>(
  build: (db: Database, slot: Slot) => Buildable<R>
): (tx: Queryable, values?: Values) => Promise<R> {
  return keeping(() => build(builder, slot).prepare('') as Prepared<R>);
}

/** The same of a statement in SQL. Its rows come as the driver reads them. */
export function writtenOnce<Row extends Record<string, unknown> = Record<string, unknown>>(
  write: (slot: Slot) => SQL
): (tx: Queryable, values?: Values) => Promise<Row[]> {
  return keeping(() => {
    const query = new PgDialect().sqlToQuery(write(slot));
    return builder._.session.prepareQuery(query, undefined, undefined, false) as Prepared<Row[]>;
  });
}

const slot: Slot = (name) => sql.placeholder(name);

function keeping<R>(prepare: () => Prepared<R>) {
  let prepared: Prepared<R> | null = null;
  return async (tx: Queryable, values: Values = {}): Promise<R> => {
    // A query that is built where it is asked is sent a moment after somebody waits for it: none overtakes another.
    await Promise.resolve();
    prepared ??= prepare();
    asking = ((tx as Database)._.session as unknown as Session).client;
    try {
      return prepared.execute(values);
    } finally {
      asking = null;
    }
  };
}
