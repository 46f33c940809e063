import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { charge, forgetHours, hoursOf, tidyLedger } from '../../src/lib/server/db/tables/ledger-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';
import { within } from '../support/trials';

const ledger = useTestLedger();
const { db, at } = ledger;

test('[QUO-4] keys are kept for two days at least, and then forgotten whole', async () => {
  const olga = personLayer(randomUUID(), {});
  await at('2026-04-05T23:59:59Z');
  const once = ask([olga], 1);
  await charge(db(), once);
  const known = async () =>
    (await ledger.sql`select 1 from ledger_charges where key = ${once.key}`).length === 1;
  await at('2026-04-07T23:59:59Z');
  await tidyLedger(db());
  expect(await known()).toBe(true);
  await at('2026-04-08T00:00:00Z');
  await tidyLedger(db());
  expect(await known()).toBe(false);
});

test('[QUO-4] a slot in use is emptied later: nobody waits longer than a moment, and no young key is in it', async () => {
  const olga = personLayer(randomUUID(), {});
  await at('2026-05-05T12:00:00Z');
  const once = ask([olga], 1);
  await charge(db(), once);
  const known = async () =>
    (await ledger.sql`select 1 from ledger_charges where key = ${once.key}`).length === 1;
  await at('2026-05-08T00:30:00Z');
  await ledger.sql.begin(async (tx) => {
    await tx`select 1 from ledger_charges where key = 'somebody reads'`;
    const began = performance.now();
    await tidyLedger(db());
    expect(performance.now() - began).toBeLessThan(within(2000));
  });
  expect(await known()).toBe(true);
  // A clock that ran ahead put it there.
  await ledger.sql`update ledger_charges set at = '2026-05-07' where key = ${once.key}`;
  await tidyLedger(db());
  expect(await known()).toBe(true);
  await at('2026-05-12T12:00:00Z');
  await tidyLedger(db());
  expect(await known()).toBe(false);
});

test('[QUO-4] hours are forgotten after 13 months', async () => {
  const olga = personLayer(randomUUID(), {});
  for (const day of ['2025-01-01', '2025-01-03', '2025-01-05']) {
    await at(`${day}T12:00:00Z`);
    await charge(db(), ask([olga], 1));
  }
  await at('2026-02-02T12:00:00Z');
  await forgetHours(db());
  const all = { from: new Date('2025-01-01'), to: new Date('2025-02-01') };
  expect((await hoursOf(db(), olga.account, all)).map(({ hour }) => hour.slice(0, 10))).toEqual([
    '2025-01-03',
    '2025-01-05'
  ]);
});
