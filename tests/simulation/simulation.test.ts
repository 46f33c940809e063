import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseSeed } from '../faults/random';
import { resolve } from 'node:path';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { migrateDatabase } from '../../src/lib/server/db/migrate';
import { FAULTS, run } from './run';
import { SimulatedServer } from './server';

// The short form of what `npm run faults` plays for longer.
const SECONDS = Number(process.env.SIMULATION_SECONDS ?? 25);
const RUNS = Number(process.env.SIMULATION_RUNS ?? 100_000);
const seed = chooseSeed(process.env.FAULTS_SEED);

let database: TestDatabase;
let server: SimulatedServer;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createDatabase();
  await migrateDatabase(database.url, resolve('drizzle'));
  server = await SimulatedServer.open(database.url);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await server.close();
  await sql.end();
  await database.drop();
});

test(
  '[LIV-4] [LIV-5] [LIV-6] [LIV-7] [LIV-8] edits over a bad network: none lost, none twice, none unallowed, none in ignorance',
  { timeout: (SECONDS + 60) * 1000 },
  async () => {
    const end = performance.now() + SECONDS * 1000;
    let played = 0;
    let answered = 0;
    for (; played < RUNS && performance.now() < end; played++) {
      const result = await run(server, sql, (seed + played) >>> 0);
      expect(result.problem, `FAULTS_SEED=${result.seed}`).toBeNull();
      answered += result.answered;
    }
    process.stderr.write(`Simulated ${played} runs from seed ${seed}, ${answered} answers\n`);
    // Runs in which nothing gets through would prove nothing.
    expect(answered / played).toBeGreaterThan(4);
  }
);

test('a seed plays the same run again', async () => {
  for (const each of [1, 2, 3]) {
    const [first, second] = [await run(server, sql, each), await run(server, sql, each)];
    expect(second.fingerprint).toBe(first.fingerprint);
  }
});

// The checks are alive: a defect is found.
test.each(FAULTS)('the checks notice that %s', { timeout: 120_000 }, async (fault) => {
  for (let each = 1; each <= 150; each++) if ((await run(server, sql, each, fault)).problem) return;
  expect.fail(`150 runs did not find that ${fault}`);
});
