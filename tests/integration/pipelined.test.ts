import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type DatabaseHandle, type Queryable } from '../../src/lib/server/db/driver/client';
import { builtOnce, writtenOnce } from '../../src/lib/server/db/driver/built-once';
import { pipelined } from '../../src/lib/server/db/driver/pipelined';
import { roles } from '../../src/lib/server/db/schema/roles';
import { startTestConsole, type TestConsole } from '../support/console';

let app: TestConsole;
let handle: DatabaseHandle;
beforeAll(async () => {
  app = await startTestConsole();
  handle = openDatabase({ url: app.databaseUrl, max: 1, name: 'pipelined', as: 'owner' });
});
afterAll(async () => {
  await handle.close();
  await app.stop();
});

test('statements of every kind run in the order in which they are named', async () => {
  await handle.db.execute(sql`create temporary sequence turn`);
  const turn = sql<string>`nextval('turn')`;
  type Tx = Queryable;
  const plain = async (tx: Tx) => tx.execute(sql`select nextval('turn') as turn`);
  const raw = async (tx: Tx, parameter: number) => {
    const [row] = await tx.execute<{ turn: string }>(sql`select nextval('turn') as turn, ${parameter}::int`);
    return row!.turn;
  };
  const built = async (tx: Tx) => tx.select({ turn }).from(roles).limit(1);
  const locking = async (tx: Tx) => {
    const rows = await tx.select({ turn }).from(roles).limit(1).for('share');
    return rows;
  };
  const nested = async (tx: Tx) => (await pipelined([built(tx)]))[0];
  const once = builtOnce((db) => db.select({ turn }).from(roles).limit(1));
  const written = writtenOnce((slot) => sql`select nextval('turn') as turn where ${slot('n')}::int > 0`);
  // Twice: the first time the statements are not prepared yet.
  for (const start of [0, 9]) {
    const turns = await handle.db.transaction((tx) =>
      pipelined([
        plain(tx),
        once(tx),
        built(tx),
        raw(tx, 1),
        nested(tx),
        written(tx, { n: 1 }),
        locking(tx),
        raw(tx, 2),
        once(tx)
      ])
    );
    const seen = JSON.stringify(turns).match(/\d+/g)!.map(Number);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => start + place));
  }
});

test('the error that failed the transaction is told, after all have ended', async () => {
  let ended = 0;
  const statement = async (tx: Pick<typeof handle.db, 'execute'>, ...texts: ReturnType<typeof sql>[]) => {
    try {
      for (const text of texts) await tx.execute(text);
    } finally {
      ended += 1;
    }
  };
  const failing = handle.db.transaction((tx) =>
    pipelined([
      statement(tx, sql`select 1`, sql`select 2`),
      statement(tx, sql`select 1 / 0`),
      statement(tx, sql`select 3`)
    ])
  );
  await expect(failing).rejects.toMatchObject({ cause: { code: '22012' } });
  expect(ended).toBe(3);
});
