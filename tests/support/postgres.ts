import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded/embedded-postgres';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';

/** The migrations of this program. */
export const MIGRATIONS = join(import.meta.dirname, '../../drizzle');
/**
 * A database that was migrated once, which others are copies of: a copy takes a tenth of the time. Nobody connects to
 * it.
 */
const TEMPLATE = 'test_template';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

interface Server {
  url: string;
  stop(): Promise<void>;
}

/** Projects load this module each for itself, in one process: what they share hangs on the global object. */
interface Shared {
  server: Promise<Server>;
  users: number;
}

const SHARED = Symbol.for('rolecall.test.postgres');
const shared = globalThis as { [SHARED]?: Shared };

/** Vitest's global set-up: one server for all projects of the run, in a directory that is deleted afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const use = (shared[SHARED] ??= { server: start(), users: 0 });
  use.users += 1;
  project.provide('postgresUrl', (await use.server).url);
  return async () => {
    use.users -= 1;
    if (use.users > 0) return;
    delete shared[SHARED];
    await (await use.server).stop();
  };
}

async function start(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user
  const server = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    onFatal: (error) => {
      throw error;
    },
    // Killing processes loses nothing that only the disk's cache holds; tests do not cut the power.
    settings: { fsync: 'off', full_page_writes: 'off' }
  });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await makeTemplate(server.url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: server.url, stop };
}

async function makeTemplate(server: string): Promise<void> {
  await maintain((sql) => sql`CREATE DATABASE ${sql(TEMPLATE)}`, server);
  const url = new URL(server);
  url.pathname = `/${TEMPLATE}`;
  await migrateDatabase(url.href, MIGRATIONS);
}

/** A database of one test or one file. */
export interface TestDatabase {
  /** Connects as superuser. */
  url: string;
  /** Deletes it, together with connections that are still open. */
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a new, empty database on the run's Postgres. */
export function createDatabase(): Promise<TestDatabase> {
  return make(inject('postgresUrl'), (sql, name) => sql`CREATE DATABASE ${sql(name)}`);
}

/** Makes a new database that has this program's structure, and nothing in it, on the run's Postgres. */
export function createMigratedDatabase(): Promise<TestDatabase> {
  return copyOf(inject('postgresUrl'), TEMPLATE);
}

/** A copy of a database that nobody is connected to. */
export function copyDatabase(url: string): Promise<TestDatabase> {
  return copyOf(url, new URL(url).pathname.slice(1));
}

function copyOf(server: string, from: string): Promise<TestDatabase> {
  return make(server, (sql, name) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(from)}`);
}

async function make(
  server: string,
  statement: (sql: postgres.Sql, name: string) => Promise<unknown>
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await maintain((sql) => statement(sql, name));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = () => maintain((sql) => sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`);
  return { url: url.href, drop, [Symbol.asyncDispose]: drop };
}

/** Puts a copy in the place of a database, as a restore from a backup does. */
export async function replaceDatabase(url: string, copy: TestDatabase): Promise<void> {
  const [name, from] = [url, copy.url].map((each) => new URL(each).pathname.slice(1)) as [string, string];
  await maintain((sql) => sql`DROP DATABASE ${sql(name)} WITH (FORCE)`);
  await maintain((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(from)}`);
}

async function maintain(
  statement: (sql: postgres.Sql) => Promise<unknown>,
  server = inject('postgresUrl')
): Promise<void> {
  const sql = postgres(server, { max: 1, onnotice: () => undefined });
  try {
    await statement(sql);
  } finally {
    await sql.end();
  }
}
