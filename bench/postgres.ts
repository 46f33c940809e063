import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../src/lib/server/db/embedded/embedded-postgres';
import { processorMsOfChildren } from './processor-time';

export type BenchPostgres = {
  /** Makes a database and returns how to reach it. */
  createDatabase(name: string): Promise<string>;
  /** Processor time of its processes so far, in milliseconds; NaN where the system does not say it. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
};

/** The Postgres that `npm start` would run, with its durable settings, in a directory that is deleted afterwards. */
export async function startPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user
  const server = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    onFatal: (error) => {
      throw error;
    }
  });
  return {
    async createDatabase(name) {
      const sql = postgres(server.url, { max: 1 });
      await sql`create database ${sql(name)}`;
      await sql.end();
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    cpuMs: () => processorMsOfChildren(server.pid()),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  };
}
