import { createHash, randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import { inheritAll, type CapSettings, type PlatformCaps } from '../../src/lib/core/quotas/caps';
import { subjectLayer, type Layer } from '../../src/lib/core/quotas/layers';
import { openDatabase, type Database, type DatabaseHandle } from '../../src/lib/server/db/driver/client';
import { peekLedger, type Ask } from '../../src/lib/server/db/tables/ledger-table';
import { createMigratedDatabase } from './postgres';

export const UNLIMITED: PlatformCaps = {
  hourly: 'unlimited',
  daily: 'unlimited',
  monthly: 'unlimited',
  threads: 'unlimited'
};

/** A ledger on a database of its own, whose clock stands where it is set. */
export type TestLedger = {
  url: string;
  handle: DatabaseHandle;
  sql: postgres.Sql;
  /** Sets the clock of the ledger; null: the real one. */
  setClock(at: Date | null): Promise<void>;
  stop(): Promise<void>;
};

export async function openTestLedger(pool = 6): Promise<TestLedger> {
  const database = await createMigratedDatabase();
  const handle = openDatabase({ url: database.url, max: pool, name: 'ledger test' });
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  await sql`create table test_clock (at timestamptz)`;
  await sql`insert into test_clock values (null)`;
  await sql`create or replace function ledger_now() returns timestamptz language sql volatile security definer
    set search_path = public, pg_catalog as 'select coalesce((select at from test_clock), clock_timestamp())'`;
  return {
    url: database.url,
    handle,
    sql,
    async setClock(at) {
      await sql`update test_clock set at = ${at}`;
    },
    async stop() {
      await sql.end();
      await handle.close();
      await database.drop();
    }
  };
}

/** The ledger of a file of tests. */
export type FileLedger = Pick<TestLedger, 'setClock'> & {
  readonly url: string;
  readonly sql: postgres.Sql;
  db(): Database;
  /** Sets the clock of the ledger. @param time in ISO 8601 */
  at(time: string): Promise<void>;
  /** Units used and units held of a cap. */
  usage(layer: Layer, cap: string, zone?: string): Promise<[used: number, held: number]>;
};

/** A ledger that is there from the first test of a file to its last. */
export function useTestLedger(pool?: number): FileLedger {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger(pool);
  });
  afterAll(() => ledger.stop());
  const db = () => ledger.handle.db;
  return {
    get url() {
      return ledger.url;
    },
    get sql() {
      return ledger.sql;
    },
    db,
    setClock: (at) => ledger.setClock(at),
    at: (time) => ledger.setClock(new Date(time)),
    async usage(layer, cap, zone = 'UTC') {
      const gauges = await peekLedger(db(), { units: 0, zone, layers: [layer] });
      const { used, held } = gauges.find((gauge) => gauge.cap === cap)!;
      return [used, held];
    }
  };
}

/** The layer of a person with these caps of their own. */
export function personLayer(id: string, caps: Partial<CapSettings>): Layer {
  return subjectLayer(
    { type: 'administrator', id },
    { platform: UNLIMITED, own: { ...inheritAll(), ...caps }, raises: [] }
  );
}

/** An ask as the service makes them. */
export function ask(layers: readonly Layer[], units: number, more: Partial<Ask> = {}): Ask {
  const key = more.key ?? randomUUID();
  const hash = createHash('sha256')
    .update(JSON.stringify([layers[0]!.account, units, more.ttlSeconds ?? null]))
    .digest();
  return {
    caller: 'test',
    hash,
    id: randomUUID(),
    units,
    partial: false,
    ttlSeconds: null,
    zone: 'UTC',
    layers,
    asked: null,
    ...more,
    key
  };
}
