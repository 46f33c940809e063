import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { openDatabase, type Queryable } from './client';
import { postgresProblem } from './postgres-version';
import { readRole, roleProblem, TENANT_ROLE } from './tenant-role';

/** Serialises the migrations of processes that start together. */
const MIGRATION_LOCK = 0x726f6c65;

/** Error for a database that cannot be used, as one clear line. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
}

/**
 * Brings a database to the version of this program. Safe when several processes start at once.
 * @param folder the migrations, with their journal
 * @returns the name of the last one
 * @throws DatabaseError when the server cannot be reached, is too old, does not let us, or has no role that keeps
 *   users apart.
 */
export async function migrateDatabase(url: string, folder: string): Promise<string> {
  const owner = openDatabase({ url, max: 1, name: 'rolecall migrations', as: 'owner' });
  try {
    const version = await serverVersion(owner.db.execute(sql`show server_version_num`));
    const problem = postgresProblem(version);
    if (problem) throw new DatabaseError(problem);
    await owner.db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    // Also before: a database that does not start is left as it was.
    await checkRole(owner.db, 'before');
    // Past the prepared statements: a step of a migration may be several statements.
    await migrate(drizzle(owner.driver), { migrationsFolder: folder });
    await owner.db.execute(sql`select pg_advisory_unlock(${MIGRATION_LOCK})`);
    await checkRole(owner.db, 'after');
    return await lastMigration(folder);
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    throw new DatabaseError(`The database could not be prepared: ${innermostMessage(error)}`, {
      cause: error
    });
  } finally {
    await owner.close();
  }
}

/**
 * @throws DatabaseError where the role that keeps users apart is damaged; before the migrations, only where they
 *   had made it.
 */
async function checkRole(db: Queryable, when: 'before' | 'after'): Promise<void> {
  const facts = await readRole(db, TENANT_ROLE);
  if (when === 'before' && !facts.hasStructure) return;
  const damaged = roleProblem(facts);
  if (damaged) throw new DatabaseError(damaged);
}

/** Time at which the newest migration of a folder was made, in ms since 1970. */
export async function newestMigration(folder: string): Promise<number> {
  return (await lastEntry(folder)).when;
}

async function lastMigration(folder: string): Promise<string> {
  return (await lastEntry(folder)).tag;
}

async function lastEntry(folder: string): Promise<{ tag: string; when: number }> {
  const text = await readFile(join(folder, 'meta', '_journal.json'), 'utf8');
  return (JSON.parse(text) as { entries: { tag: string; when: number }[] }).entries.at(-1)!;
}

async function serverVersion(query: Promise<Iterable<Record<string, unknown>>>): Promise<number> {
  try {
    const [row] = [...(await query)];
    return Number(row?.['server_version_num']);
  } catch (error) {
    throw new DatabaseError(`The database cannot be reached: ${innermostMessage(error)}`, { cause: error });
  }
}

function innermostMessage(error: unknown): string {
  let message = String(error);
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors.length > 0) message = String(at.errors[0].message);
    else message = at.message || message;
  }
  return message.split('\n')[0]!;
}
