import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type DatabaseHandle, type Queryable } from '../../src/lib/server/db/driver/client';
import { auditedTransaction, readOneSnapshot } from '../../src/lib/server/db/driver/transaction';
import { builtOnce, writtenOnce } from '../../src/lib/server/db/driver/built-once';
import { roles } from '../../src/lib/server/db/schema/roles';
import { lastCheckpoint } from '../../src/lib/server/db/log/checkpoint-table';
import { createMigratedDatabase } from '../support/postgres';

type Plans = { text: string; generic: number; custom: number };

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let handle: DatabaseHandle;
beforeAll(async () => {
  database = await createMigratedDatabase();
  // One connection: what is prepared belongs to it.
  handle = openDatabase({ url: database.url, max: 1, name: 'prepared' });
});
afterAll(async () => {
  await handle.close();
  await database.drop();
});

/** Number of plans of what was prepared under a text: planned for good (`generic`), and for one call alone. */
async function plansOf(part: string): Promise<Plans[]> {
  const rows = await handle.db.execute<Plans>(sql`select statement as text, generic_plans::int as generic,
    custom_plans::int as custom from pg_prepared_statements where position(${part} in statement) > 0 and position('pg_prepared' in statement) = 0`);
  return [...rows];
}

async function times(count: number, work: (tx: Queryable) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n++) await work(handle.db);
}

test('a statement without parameters is read and planned once for a connection', async () => {
  await times(3, (tx) => tx.execute(sql`select count(*) from audit.node`));
  expect(await plansOf('from audit.node')).toEqual([
    { text: 'select count(*) from audit.node', generic: 3, custom: 0 }
  ]);
});

test('what opens a transaction is prepared too, and does what it says', async () => {
  for (let n = 0; n < 3; n++)
    await auditedTransaction(handle.db, async (tx) => {
      const [row] = await tx.execute<{ mark: string; now: string }>(
        sql`select current_setting('app.txn') as mark, pg_current_xact_id()::text as now`
      );
      expect(row!.mark).toBe(row!.now);
    });
  expect(await plansOf('app.txn')).toContainEqual(expect.objectContaining({ generic: 3, custom: 0 }));
  for (let n = 0; n < 2; n++)
    await handle.db.transaction(async (tx) => {
      await readOneSnapshot(tx);
      expect(await tx.execute(sql`show transaction isolation level`)).toEqual([
        { transaction_isolation: 'repeatable read' }
      ]);
    });
});

test('a limit that is written into the text lets the plan be kept', async () => {
  await times(12, lastCheckpoint);
  const [plans] = await plansOf('from "audit"."checkpoint"');
  // With a limit behind a parameter it is planned for each call, and nothing is kept.
  expect(plans).toMatchObject({ custom: 0, generic: 12 });
});

test('a query is put together once, and answers each who asks in their own transaction', async () => {
  let built = 0;
  const named = builtOnce((db, slot) => {
    built += 1;
    return db
      .select({ id: roles.id, at: roles.createdAt })
      .from(roles)
      .where(eq(roles.id, slot('id')));
  });
  const whose = writtenOnce<{ txn: string }>(
    (slot) => sql`select pg_current_xact_id()::text as txn, ${slot('n')}::int`
  );
  const several = openDatabase({ url: database.url, max: 3, name: 'prepared together' });
  try {
    const all = await Promise.all(
      [1, 2, 3].map((n) =>
        several.db.transaction(async (tx) => {
          const [first] = await whose(tx, { n });
          expect(await named(tx, { id: 'owner' })).toEqual([]);
          const [row] = await tx.execute<{ txn: string }>(sql`select pg_current_xact_id()::text as txn`);
          expect(row!.txn).toBe(first!.txn);
          return first!.txn;
        })
      )
    );
    expect(new Set(all).size).toBe(3);
    expect(built).toBe(1);
  } finally {
    await several.close();
  }
});

test('a query that was built once is not sent without its values, and says what failed', async () => {
  const divided = writtenOnce((slot) => sql`select 1 / ${slot('by')}::int as n`);
  await expect(divided(handle.db)).rejects.toThrow('"by"');
  await expect(divided(handle.db, { by: 0 })).rejects.toMatchObject({ cause: { code: '22012' } });
  expect(await divided(handle.db, { by: 1 })).toEqual([{ n: 1 }]);
});
