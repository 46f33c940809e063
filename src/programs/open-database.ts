import { join, resolve } from 'node:path';
import { openKeyring } from '../lib/server/auth/keyring';
import { openLogKeys, type LogKeys } from '../lib/server/auth/log-key';
import { startEmbeddedPostgres } from '../lib/server/db/embedded/embedded-postgres';
import { migrateDatabase } from '../lib/server/db/driver/migrate';
import type { Env } from '../lib/server/env';
import type { makeLogger } from '../lib/server/logger';
import type { Fences } from '../lib/server/services/write-path/deps';
import { noteMigration } from '../lib/server/services/installation/note-migration';
import { openConsole } from '../lib/server/services/installation/open-console';
import type { OnStop } from './stops';

export type DatabaseOptions = {
  env: Env;
  logger: ReturnType<typeof makeLogger>;
  /** Folder of the migrations. */
  migrations: string;
  /** Something that cannot be lived with happened. */
  onFatal: (error: Error) => void;
  /** Fences of hard scope that stand: all, but for tests. */
  fences?: Fences | undefined;
};

export type OpenedDatabase = Awaited<ReturnType<typeof openConsole>> & { logKeys: LogKeys };

/**
 * The database, its own where none is given, brought to this version's structure, with the keys that its secrets and
 * its log need.
 */
export async function openDatabase(options: DatabaseOptions, onStop: OnStop): Promise<OpenedDatabase> {
  const { env, logger } = options;
  const url = env.DATABASE_URL ?? (await startOwnDatabase(options, onStop));
  const structure = await migrateDatabase(url, options.migrations);
  const keyring = await openKeyring({
    file: join(resolve(env.DATA_DIR), 'keys', 'encryption.keys'),
    ...(env.ENCRYPTION_KEYS === undefined ? {} : { env: env.ENCRYPTION_KEYS })
  });
  const logKeys = await openLogKeys({
    file: join(resolve(env.DATA_DIR), 'keys', 'log.key'),
    ...(env.LOG_SIGNING_KEYS === undefined ? {} : { env: env.LOG_SIGNING_KEYS })
  });
  const opened = await openConsole({
    url,
    pool: env.DATABASE_POOL,
    name: 'rolecall app',
    catalogueFile: env.CATALOGUE_FILE,
    keyring,
    logKeys,
    origin: env.ORIGIN,
    mailPorts: env.MAIL_PORTS,
    webhookLoopback: env.WEBHOOK_LOOPBACK === 'allow',
    log: logger,
    fences: options.fences
  });
  onStop(() => opened.handle.close());
  await noteMigration(opened.deps, structure);
  return { ...opened, logKeys };
}

/** @returns the address of the embedded database */
async function startOwnDatabase({ env, logger, onFatal }: DatabaseOptions, onStop: OnStop): Promise<string> {
  const embedded = await startEmbeddedPostgres({
    dataDir: resolve(env.DATA_DIR),
    log: (line) => logger.info({ from: 'postgres' }, line),
    onFatal
  });
  onStop(() => embedded.stop());
  return embedded.ownUrl;
}
