import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../src/lib/server/db/embedded/embedded-postgres';
import { processorMsOfChildren } from './processor-time';

export type BenchPostgres = {
  /** Makes a database, called so with a number behind it: two parts may choose one name. Returns how to reach it. */
  createDatabase(name: string): Promise<string>;
  /** Processor time of its processes so far, in milliseconds; NaN where the system does not say it. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
};

/** Folder of each server's socket, by its port. */
const sockets = new Map<string, string>();

/** The address of a database as `npm start` would use it: by the socket, which the other contenders do not know. */
export function ownUrl(databaseUrl: string): string {
  const address = new URL(databaseUrl);
  const socket = sockets.get(address.port);
  if (socket !== undefined) address.searchParams.set('host', socket);
  return address.href;
}

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
  const { port, searchParams } = new URL(server.ownUrl);
  const socket = searchParams.get('host');
  if (socket !== null) sockets.set(port, socket);
  let made = 0;
  return {
    async createDatabase(name) {
      const numbered = `${name}_${++made}`;
      const sql = postgres(server.url, { max: 1 });
      await sql`create database ${sql(numbered)}`;
      await sql.end();
      const url = new URL(server.url);
      url.pathname = `/${numbered}`;
      return url.href;
    },
    cpuMs: () => processorMsOfChildren(server.pid()),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  };
}
