import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeyringError } from '../lib/server/auth/key-file';
import { openKeyring, type Keyring } from '../lib/server/auth/keyring';
import { openDatabase, sqlState } from '../lib/server/db/driver/client';
import { EmbeddedPostgresError } from '../lib/server/db/embedded/embedded-postgres-error';
import { startEmbeddedPostgres } from '../lib/server/db/embedded/embedded-postgres';
import { lookAtEmbedded } from '../lib/server/db/embedded/running-postgres';
import { readInstallation } from '../lib/server/db/tables/installation-table';
import { newestMigration as newestOf } from '../lib/server/db/driver/migrate';
import { EnvError, readEnv, type Env } from '../lib/server/env';
import { makeLogger } from '../lib/server/logger';
import type { Deps } from '../lib/server/services/write-path/deps';
import { adoptKey } from '../lib/server/services/installation/bootstrap';
import { declareRestored } from '../lib/server/services/log/upkeep/declare-restored';
import { erasePerson } from '../lib/server/services/log/upkeep/erase-person';
import { examine } from '../lib/server/services/doctor/examine';
import { grantsCache } from '../lib/server/services/write-path/grants';
import { CatalogueError, loadCatalogue } from '../lib/server/services/installation/load-catalogue';
import { makeSuper, resetPassword, resetTwoFactor } from '../lib/server/services/rescue/commands';
import { listPeople } from '../lib/server/services/rescue/list';
import { RescueError } from '../lib/server/services/rescue/rescue';

// The program that `npm run admin` runs, from build/server: rescue on the server itself, beside a running console or
// without one.

const HELP = `Rescue for when no one can sign in who could help. It is loud: every use is an entry in the log and a notice to every
Super Administrator. Give it the same settings (DATABASE_URL, DATA_DIR, ENCRYPTION_KEYS, ORIGIN) as the console. In a
container, \`node build/server/admin.js …\` stands for \`npm run admin -- …\`.

  npm run admin -- list                     who there is
  npm run admin -- reset-password <email>   voids the password, ends the sessions, prints a one-time link (72 h)
  npm run admin -- reset-2fa <email>        takes the second factor away, ends the sessions
  npm run admin -- make-super <email>       makes an active Super Administrator, ends the sessions

  npm run admin -- erase-log-person <email or id>   erases someone's addresses, devices and emails from the log
  npm run admin -- doctor                   says what is set up wrongly, above all where mail is sent; changes nothing
  npm run admin -- restored                 after restoring a backup: begins another epoch, ends all sessions

Exit codes: 0 done, 1 not done or something is wrong, 2 not understood.`;

const COMMANDS = { 'reset-password': resetPassword, 'reset-2fa': resetTwoFactor, 'make-super': makeSuper };
const WITHOUT_EMAIL = new Set(['list', 'restored', 'doctor']);
const EXPECTED = [EnvError, KeyringError, EmbeddedPostgresError, CatalogueError, RescueError];
/** Postgres codes for a table or column that the database does not have. */
const OTHER_VERSION = new Set(['42P01', '42703']);

const [command = '', email, ...more] = process.argv.slice(2);
const isKnown = WITHOUT_EMAIL.has(command)
  ? email === undefined
  : (command === 'erase-log-person' || Object.hasOwn(COMMANDS, command)) && email !== undefined;

if (command === '--help' || command === 'help') process.stdout.write(`${HELP}\n`);
else if (!isKnown || more.length > 0) {
  process.stderr.write(`${HELP}\n`);
  process.exitCode = 2;
} else process.exitCode = await attempt();

async function attempt(): Promise<number> {
  try {
    const env = readEnv(process.env);
    let isWell = true;
    await withDeps(env, async (deps) => {
      if (command === 'list') {
        for (const line of await listPeople(deps)) process.stdout.write(`${line}\n`);
        return;
      }
      if (command === 'doctor') {
        isWell = await sayFindings(deps, env);
        return;
      }
      if (command === 'restored' || command === 'erase-log-person') {
        const done = await (command === 'restored'
          ? declareRestored(deps, userName())
          : erasePerson(deps, email!, userName()));
        process.stdout.write(`${done.line}\n`);
        return;
      }
      const run = COMMANDS[command as keyof typeof COMMANDS];
      const { line } = await run(deps, { email: email!, user: userName() });
      process.stdout.write(`${line}\n`);
    });
    return isWell ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

/** Says what the doctor finds; false: something is wrong. */
async function sayFindings(deps: Deps, env: Env): Promise<boolean> {
  const newestMigration = await newestOf(fileURLToPath(new URL('../../drizzle', import.meta.url)));
  const found = await examine(deps, { newestMigration, policy: env.POLICY_LISTEN ?? null });
  const marks = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' };
  for (const { state, text } of found) process.stdout.write(`${marks[state]}  ${text}\n`);
  return found.every(({ state }) => state !== 'wrong');
}

/** Opens what the commands stand on, as the owner of the tables, and closes it again. */
async function withDeps(env: Env, work: (deps: Deps) => Promise<void>): Promise<void> {
  const keyring = await presentKeyring(env);
  const database = await presentDatabase(env);
  const handle = openDatabase({ url: database.url, max: 2, name: 'rolecall rescue', as: 'owner' });
  try {
    const catalogue = loadCatalogue(env.CATALOGUE_FILE);
    const log = makeLogger('silent');
    const deps: Deps = {
      db: handle.db,
      catalogue,
      grants: grantsCache(catalogue),
      keyring,
      origin: env.ORIGIN,
      log
    };
    const installation = await readInstallation(handle.db);
    if (!installation) throw new RescueError('This database holds no installation: start Rolecall once.');
    await adoptKey(deps, installation);
    await work(deps);
  } finally {
    await handle.close();
    await database.stop();
  }
}

/** The keys as they are: a new one would open nothing. */
async function presentKeyring(env: Env): Promise<Keyring> {
  const file = join(resolve(env.DATA_DIR), 'keys', 'encryption.keys');
  if (env.ENCRYPTION_KEYS === undefined && !existsSync(file))
    throw new RescueError(`There is no key in ${file}: set DATA_DIR or ENCRYPTION_KEYS as for the console.`);
  return openKeyring({
    file,
    ...(env.ENCRYPTION_KEYS === undefined ? {} : { env: env.ENCRYPTION_KEYS })
  });
}

/**
 * The database given, or the embedded one: that of the running console, else started for as long as the command takes.
 */
async function presentDatabase(env: Env): Promise<{ url: string; stop(): Promise<void> }> {
  const stop = () => Promise.resolve();
  if (env.DATABASE_URL !== undefined) return { url: env.DATABASE_URL, stop };
  const dataDir = resolve(env.DATA_DIR);
  const state = lookAtEmbedded(dataDir);
  if (!state.exists)
    throw new RescueError(
      `There is no database in ${dataDir}: set DATA_DIR or DATABASE_URL as for the console.`
    );
  if (state.url !== null) return { url: state.url, stop };
  return startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    onFatal: (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    }
  });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that no account has.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

function explain(error: unknown): string {
  if (EXPECTED.some((kind) => error instanceof kind)) return (error as Error).message;
  if (OTHER_VERSION.has(sqlState(error) ?? ''))
    return 'This database was prepared by another version of Rolecall, or by none: start this version once.';
  let message = String(error);
  for (let at = error; at instanceof Error; at = at.cause) message = at.message || message;
  return `The database cannot be used: ${message.split('\n')[0]}`;
}
