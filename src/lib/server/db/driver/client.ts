import { sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { guardedDriver } from './guarded-driver';
import { withPreparedStatements } from './prepared-statements';

/** The role without DDL and without a way to change the log, under which the program works. */
const APP_ROLE = 'rolecall_app';

export type Database = PostgresJsDatabase;
/** A database or a transaction in it. */
export type Queryable = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

export type DatabaseHandle = {
  readonly db: Database;
  /** The driver, for LISTEN and NOTIFY alone. */
  readonly driver: postgres.Sql;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  /** Connections at most. */
  max: number;
  /** Shown in `pg_stat_activity`. */
  name: string;
  /** Migrations run as the owner of the tables; all else runs as the program's own role. */
  as?: 'app' | 'owner';
};

/** Opens a pool. Connections are made on first use. */
export function openDatabase({ url, max, name, as = 'app' }: DatabaseOptions): DatabaseHandle {
  const address = addressOf(url);
  const driver = guardedDriver(address.url, {
    ...address.socket,
    max,
    connect_timeout: 5,
    // The driver's own waits up to 20 s, counted over all connections together: longer than Postgres needs to come
    // back.
    backoff: () => 0.1 + Math.random() * 0.2,
    idle_timeout: 60,
    max_lifetime: 30 * 60,
    onnotice: () => undefined,
    // Asked on every new connection, and nobody would hear that it failed. Drizzle knows its own columns.
    fetch_types: false,
    connection: {
      application_name: name,
      search_path: 'public',
      ...(as === 'app'
        ? {
            role: APP_ROLE,
            statement_timeout: 15_000,
            lock_timeout: 5_000,
            // A process that stops in the middle of a transaction must not hold the others up.
            idle_in_transaction_session_timeout: 5_000
          }
        : { lock_timeout: 30_000 })
    }
  });
  return { db: drizzle(withPreparedStatements(driver)), driver, close: () => driver.end({ timeout: 5 }) };
}

/**
 * An address as the driver takes it, which knows nothing of `?host=/directory`: where a server on this machine has
 * its socket.
 */
function addressOf(url: string): { url: string; socket: { path?: string } } {
  if (!URL.canParse(url)) return { url, socket: {} };
  const address = new URL(url);
  const directory = address.searchParams.get('host');
  if (!directory?.startsWith('/')) return { url, socket: {} };
  address.searchParams.delete('host');
  return { url: address.href, socket: { path: `${directory}/.s.PGSQL.${address.port || '5432'}` } };
}

/** Asks the server for a sign of life. */
export async function answers(db: Queryable): Promise<void> {
  await db.execute(sql`select 1`);
}

/** SQLSTATE of a database error, wherever the driver or drizzle wrapped it; null for anything else. */
export function sqlState(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof postgres.PostgresError) return at.code;
  return null;
}

/** True if a database error is one that a function of ours raised, not Postgres by itself. */
export function isRaised(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof postgres.PostgresError) return at.routine === 'exec_stmt_raise';
  return false;
}

/** The violated constraint of a database error; null when there is none. */
export function violatedConstraint(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof postgres.PostgresError) return at.constraint_name ?? null;
  return null;
}

const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // A container that is stopped has no name.
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT'
]);
// Class 57: the server was stopped or is starting. Class 08: the connection broke. 25P03: idle in transaction.
// 53300: too many.
const UNAVAILABLE_STATE = /^(57P0[1-5]|08...|25P0[34]|53300)$/;

/** True when the server was lost, so that the outcome of what was under way is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = 'code' in at ? at.code : undefined;
    // A server that is not there has no socket.
    if (code === 'ENOENT' && 'syscall' in at && at.syscall === 'connect') return true;
    if (typeof code === 'string' && (CONNECTION_CODES.has(code) || UNAVAILABLE_STATE.test(code))) return true;
  }
  return false;
}
