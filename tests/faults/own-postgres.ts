import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded/embedded-postgres';

/** Runs something on a Postgres that nobody else uses, beside a folder of its own; both are gone afterwards. */
export async function onOwnPostgres<T>(work: (url: string, folder: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rolecall-faults-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user
  const server = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    onFatal: (error) => {
      throw error;
    }
  });
  try {
    return await work(server.url, dataDir);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
