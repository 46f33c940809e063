import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KeyringError } from '../lib/server/auth/key-file';
import { EmbeddedPostgresError } from '../lib/server/db/embedded/embedded-postgres-error';
import { DatabaseError } from '../lib/server/db/driver/migrate';
import { EnvError, readEnv } from '../lib/server/env';
import type { PageHandler } from '../lib/server/api/http/outer-server';
import { describeError, makeLogger } from '../lib/server/logger';
import { CatalogueError } from '../lib/server/services/installation/load-catalogue';
import { pageHandler } from './page-handler';
import { startConsole, type RunningConsole } from './wiring';

// The program that `npm start` runs, from build/server. Paths are beside it, not where the process was started.
const built = (path: string) => new URL(path, import.meta.url);
const STOP_MS = 9500;
const EXPECTED = [EnvError, DatabaseError, EmbeddedPostgresError, CatalogueError, KeyringError];

process.on('unhandledRejection', (reason) => fail(reason));
process.on('uncaughtException', (error) => fail(error));

let running: RunningConsole | null = null;
let ending = false;

try {
  const env = readEnv(process.env);
  const logger = makeLogger(env.LOG_LEVEL);
  running = await startConsole({
    env,
    logger,
    migrations: findMigrations(),
    pages: await loadPages(),
    onFatal: fail
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  process.stdout.write(`Rolecall ready: ${running.origin}\n`);
  if (running.setupLink) process.stdout.write(`Set up: ${running.setupLink}\n`);
} catch (error) {
  fail(error);
}

async function loadPages(): Promise<PageHandler> {
  return pageHandler(built('../web/handler.js'));
}

function findMigrations(): string {
  const folder = built('../../drizzle');
  if (!existsSync(folder)) throw new DatabaseError('The folder drizzle/ with the migrations is missing.');
  return fileURLToPath(folder);
}

/**
 * Tells in one line what stops the start or the program, with its origin where it is our own mistake, and exits with
 * 1.
 */
function fail(reason: unknown): void {
  const expected = EXPECTED.some((kind) => reason instanceof kind);
  process.stderr.write(`Rolecall stopped: ${expected ? (reason as Error).message : explain(reason)}\n`);
  void end(1);
}

function explain(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const code = 'code' in reason ? reason.code : undefined;
  if (code === 'EADDRINUSE' && 'port' in reason)
    return `port ${String(reason.port)} is taken. Set PORT to another one.`;
  if (code === 'EACCES' && 'port' in reason)
    return `port ${String(reason.port)} needs more rights. Set PORT to another one.`;
  if (code === 'EADDRNOTAVAIL') return `HOST: this machine has no address ${process.env['HOST'] ?? ''}.`;
  const told = describeError(reason);
  return typeof told === 'string' ? told : told.stack || told.message;
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  setTimeout(() => process.exit(code || 1), STOP_MS).unref();
  await running?.stop();
  process.exit(code);
}
