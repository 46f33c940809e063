import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { loadUpdates, newServerDocument } from '../../src/lib/documents/server-writer';
import { openDatabase, type Database } from '../../src/lib/server/db/driver/client';
import { withPreparedStatements } from '../../src/lib/server/db/driver/prepared-statements';
import type { StoredFacts } from './facts';
import { LOG_ORIGIN } from './ground';
import type { Backend } from './server';
import type { World } from './world';

/**
 * A real Postgres behind the programs, to see that the model of one says the same. Virtual time stands still while it
 * works, so that each transaction is over before anything else happens.
 */
export class PostgresBackend implements Backend {
  readonly isReal = true;
  readonly #handle: ReturnType<typeof openDatabase>;
  readonly #sql: postgres.Sql;
  #world: World | null = null;

  private constructor(url: string) {
    // One connection: what is asked at the same moment is answered in the order in which it was asked.
    this.#handle = openDatabase({ url, max: 1, name: 'rolecall simulation' });
    this.#sql = postgres(url, { max: 1, onnotice: () => undefined });
  }

  /** Connects outside of any world: what that takes of chance and time is the machine's. */
  static async open(url: string): Promise<PostgresBackend> {
    const backend = new PostgresBackend(url);
    await backend.#handle.driver`select 1`;
    await backend.#sql`select 1`;
    return backend;
  }

  enter(world: World): this {
    this.#world = world;
    return this;
  }

  connect(): Database {
    return drizzle(withPreparedStatements(this.#held(this.#handle.driver)));
  }

  abandon(): void {
    // Nothing is ever open when a program dies: time stood still until it was done.
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await this.#sql.end();
  }

  /** Each statement outside of a transaction holds the world, as the transactions do by themselves. */
  #held(driver: postgres.Sql): postgres.Sql {
    const hold = (query: Promise<unknown>) => {
      const nothing = () => undefined;
      // Not the query's own `then`: that would send it before it is put together.
      const end = Promise.prototype.then.call(query, nothing, nothing) as Promise<void>;
      void this.#world?.hold(end);
      return query;
    };
    return new Proxy(driver, {
      get(target, key): unknown {
        const member: unknown = Reflect.get(target, key);
        if (key !== 'unsafe') return member;
        return (...args: unknown[]) => hold((member as (...given: unknown[]) => Promise<unknown>)(...args));
      }
    });
  }

  async read(): Promise<StoredFacts> {
    const sql = this.#sql;
    const documents = new Map<string, ReturnType<typeof newServerDocument>>();
    for (const { name, snapshot } of await sql<
      { name: string; snapshot: Uint8Array }[]
    >`select name, snapshot from documents order by name`) {
      const updates = await sql<
        { data: Uint8Array }[]
      >`select data from document_updates where name = ${name} order by clock`;
      const doc = newServerDocument();
      loadUpdates(doc, [...(snapshot.length > 0 ? [snapshot] : []), ...updates.map(({ data }) => data)]);
      documents.set(name, doc);
    }
    const [waiting] = await sql<{ count: number }[]>`select count(*)::int as count from audit.pending`;
    return {
      logOrigin: LOG_ORIGIN,
      roles: [
        ...(await sql<StoredFacts['roles']>`select id, name, description, seq::int, permission_count as count,
          deleted_at is not null as deleted from roles order by id`)
      ],
      cells: [
        ...(await sql<StoredFacts['cells']>`select role_id as "roleId", permission_id as "permissionId",
          granted as "on", seq::int from role_permissions`)
      ],
      people: [
        ...(await sql<StoredFacts['people']>`select id, name, role_id as "roleId", status, caps, seq::int
          from administrators order by id`)
      ],
      entries: [
        ...(await sql<StoredFacts['entries']>`select n::int, convert_from(body, 'UTF8') as body
          from audit.entry order by n`)
      ],
      sequence: [
        ...(await sql<StoredFacts['sequence']>`select seq::int, n::int, encode(chain, 'hex') as chain
          from audit.seq order by seq`)
      ],
      pending: waiting!.count,
      operations: [...(await sql<StoredFacts['operations']>`select actor, op, answer from operations`)],
      documents
    };
  }
}
