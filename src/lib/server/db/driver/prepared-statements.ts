import type postgres from 'postgres';

/** Statements with more parameters (long lists of rows or ids) have as many texts as lists have lengths. */
const MOST_PARAMETERS = 32;

type Statement = (text: string, parameters?: unknown[], options?: object) => unknown;
type Begin = (work: (tx: object) => unknown) => unknown;

/**
 * A driver whose statements are prepared once per connection. Drizzle runs them unnamed, which costs each a second
 * round trip (parse and describe, then bind and execute) and a plan; most of what we run is the same few dozen
 * statements. One statement to a text: scripts of several are for the driver itself.
 */
export function withPreparedStatements(driver: postgres.Sql): postgres.Sql {
  return preparing(driver);
}

function preparing<T extends object>(driver: T): T {
  return new Proxy(driver, {
    get(target, key): unknown {
      const member: unknown = Reflect.get(target, key);
      if (key === 'unsafe') return prepared(member as Statement);
      // Inside a transaction drizzle uses what the driver hands to the callback.
      if (key === 'begin')
        return (work: Parameters<Begin>[0]) => (member as Begin)((tx) => work(preparing(tx)));
      return member;
    }
  });
}

function prepared(run: Statement): Statement {
  return (text, parameters = [], options) =>
    run(text, parameters, {
      ...options,
      prepare: parameters.length <= MOST_PARAMETERS,
      // Unasked, what has no parameters goes the way of scripts: read and planned anew each time.
      simple: false
    });
}
