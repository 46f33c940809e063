// A process that owns an embedded database, for tests that kill it. Arguments: the data directory. Prints a line of
// JSON when the database is ready, or with the error when it is not; a line on its standard input stops it in order.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const entry = fileURLToPath(
  new URL('../../src/lib/server/db/embedded/embedded-postgres.ts', import.meta.url)
);
const { module } = await runnerImport(entry, { configFile: false, logLevel: 'error' });

/** @param {Record<string, unknown>} message */
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');

try {
  const server = await module.startEmbeddedPostgres({
    dataDir: process.argv[2],
    log: () => undefined,
    onFatal: (/** @type {Error} */ error) => say({ fatal: error.message })
  });
  say({ url: server.url, pid: server.pid() });
  await once(process.stdin, 'data');
  await server.stop();
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}
process.exit();
