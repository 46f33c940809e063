import { createHash, randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inheritAll, type CapSettings, type PlatformCaps } from '../../src/lib/core/quotas/caps';
import { subjectLayer, type Layer } from '../../src/lib/core/quotas/layers';
import { openDatabase, type DatabaseHandle } from '../../src/lib/server/db/driver/client';
import type { Ask } from '../../src/lib/server/db/tables/ledger-table';
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
