import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { PostgresBackend } from './postgres-backend';
import { play } from './run';

// The model of the database is one: on a real Postgres each of these seeds plays the very same run, event by event.
const SEEDS = Number(process.env.SIMULATION_MODEL_SEEDS ?? 8);

let template: TestDatabase;

beforeAll(async () => {
  template = await createDatabase();
  await migrateDatabase(template.url, resolve('drizzle'));
});
afterAll(() => template.drop());

/** A migrated database, as a copy of the first one: faster than migrating. */
async function copy(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const maintain = async (work: (sql: postgres.Sql) => Promise<unknown>) => {
    const sql = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined });
    await work(sql).finally(() => sql.end());
  };
  const from = new URL(template.url).pathname.slice(1);
  await maintain((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(from)}`);
  const url = new URL(template.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => maintain((sql) => sql`DROP DATABASE ${sql(name)} WITH (FORCE)`) };
}

test(`on Postgres ${SEEDS} seeds play as they do on the model`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const modelled = await play(seed, { oneByOne: true });
    const database = await copy();
    const postgres = await PostgresBackend.open(database.url);
    try {
      const real = await play(seed, { oneByOne: true, backend: (world) => postgres.enter(world) });
      expect(real.problems, `seed ${seed}`).toEqual([]);
      expect(real.trace, `seed ${seed}`).toBe(modelled.trace);
    } finally {
      await postgres.close();
      await database.drop();
    }
  }
});
