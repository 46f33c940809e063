import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded/embedded-postgres';

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
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  };
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
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await maintain((sql) => sql`CREATE DATABASE ${sql(name)}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const drop = () => maintain((sql) => sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`);
  return { url: url.href, drop, [Symbol.asyncDispose]: drop };
}

/** A copy of a database that nobody is connected to. */
export async function copyDatabase(url: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const from = new URL(url).pathname.slice(1);
  await maintain((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(from)}`);
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  const drop = () => maintain((sql) => sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`);
  return { url: copy.href, drop, [Symbol.asyncDispose]: drop };
}

/** Puts a copy in the place of a database, as a restore from a backup does. */
export async function replaceDatabase(url: string, copy: TestDatabase): Promise<void> {
  const [name, from] = [url, copy.url].map((each) => new URL(each).pathname.slice(1)) as [string, string];
  await maintain((sql) => sql`DROP DATABASE ${sql(name)} WITH (FORCE)`);
  await maintain((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(from)}`);
}

async function maintain(statement: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined });
  try {
    await statement(sql);
  } finally {
    await sql.end();
  }
}
