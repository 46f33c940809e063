import { fileURLToPath } from 'node:url';
import { readEnv } from '../lib/server/env';
import type { PageHandler } from '../lib/server/api/http/outer-server';
import { makeLogger } from '../lib/server/logger';
import { startConsole } from './wiring';

/**
 * Starts the console around Vite's development server.
 * @param close ends Vite
 */
export async function develop(pages: PageHandler, close: () => Promise<void>): Promise<void> {
  const env = readEnv(process.env);
  const logger = makeLogger(env.LOG_LEVEL);
  const running = await startConsole({
    env,
    logger,
    migrations: fileURLToPath(new URL('../../drizzle', import.meta.url)),
    pages,
    onFatal: (error) => {
      process.stderr.write(`Rolecall stopped: ${error.message}\n`);
      process.exit(1);
    }
  });
  process.stdout.write(`Rolecall ready: ${running.origin}\n`);
  if (running.setupLink) process.stdout.write(`Set up: ${running.setupLink}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(
      signal,
      () =>
        void running
          .stop()
          .then(close)
          .then(() => process.exit(0))
    );
}
