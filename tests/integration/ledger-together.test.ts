import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Layer } from '../../src/lib/core/quotas/layers';
import type { Queryable } from '../../src/lib/server/db/driver/client';
import { chargeAll } from '../../src/lib/server/db/tables/asks-table';
import {
  charge,
  commitHold,
  hoursOf,
  peekLedger,
  readUsed,
  releaseCharge,
  type ChargeOutcome
} from '../../src/lib/server/db/tables/ledger-table';
import { bindingOf, refusalOf } from '../../src/lib/server/services/quotas/gauges';
import { seeded } from '../faults/random';
import { ask, personLayer, useTestLedger } from '../support/ledger';

// [QUO-4] Asks that go together, beside the same asks of twins that come alone: the same answers, the same counters.

const ledger = useTestLedger(2);
const { db } = ledger;

const ZONE = 'Europe/Berlin';
const PEOPLE = 4;

/** Layers of some people and of all of them together. */
function peopleAndTotal(): Layer[][] {
  const total = personLayer(randomUUID(), { hourly: 60, daily: 150 });
  return [{ hourly: 20, daily: 60, monthly: 200 }, { daily: 40 }, { hourly: 15 }, {}]
    .slice(0, PEOPLE)
    .map((caps) => [personLayer(randomUUID(), caps), { ...total, layer: 'platform' }]);
}

const granted = (outcomes: readonly ChargeOutcome[]) => outcomes.map(({ outcome }) => outcome === 'granted');

async function peeked(layers: readonly Layer[], units: number) {
  const gauges = await peekLedger(db(), { units, zone: ZONE, layers });
  return gauges.filter(({ cap }) => cap !== 'threads');
}

async function counted(people: readonly Layer[][]) {
  const accounts = [...new Set(people.flat().map(({ account }) => account))];
  const used = await readUsed(
    db(),
    accounts.map((account) => ({ account, zone: ZONE }))
  );
  const [from, to] = [new Date('2026-01-01'), new Date('2027-01-01')];
  const hours = await Promise.all(accounts.map((account) => hoursOf(db(), account, { from, to })));
  return { used: accounts.map((account) => used.get(account)), hours };
}

test('[QUO-1] [QUO-3] [QUO-4] over days of a made-up clock: who is granted, what is counted, what binds, what refuses', async () => {
  const random = seeded(11);
  const [together, alone] = [peopleAndTotal(), peopleAndTotal()];
  const seen = { granted: 0, refused: 0 };
  let at = Date.parse('2026-03-28T20:00Z');
  for (let round = 0; round < 50; round++) {
    at += random.pick([2000, 61_000, 61_000, 20 * 60_000, 7 * 3_600_000, -90_000]);
    await ledger.setClock(new Date(at));
    if (random.chance(0.2))
      for (const layers of [together[0]!, alone[0]!]) {
        const hold = ask(layers, 2, { zone: ZONE, ttlSeconds: 60 });
        const { outcome } = await charge(db(), hold);
        if (outcome === 'granted' && round % 2 === 0)
          await commitHold(db(), { caller: 'test', id: hold.id, units: 1 });
      }
    const units = Array.from({ length: PEOPLE }, () =>
      Array.from({ length: random.whole(1, 4) }, () => random.whole(1, random.pick([2, 12])))
    );
    const answers = await chargeAll(
      db(),
      units.map((each, who) => {
        const asks = each.map((n) => ask(together[who]!, n, { zone: ZONE }));
        return { zone: ZONE, layers: together[who]!, asked: null, asks };
      })
    );
    for (const [who, each] of units.entries()) {
      const twins: ChargeOutcome[] = [];
      for (const n of each) twins.push(await charge(db(), ask(alone[who]!, n, { zone: ZONE })));
      expect(granted(answers[who]!)).toEqual(granted(twins));
    }
    for (const [who, each] of units.entries())
      for (const [place, n] of each.entries()) {
        const answer = answers[who]![place]!;
        if (answer.outcome === 'granted') {
          seen.granted += 1;
          expect(bindingOf(answer.gauges)).toEqual(bindingOf(await peeked(alone[who]!, 0)));
        } else if (answer.outcome === 'refused') {
          seen.refused += 1;
          expect(refusalOf(answer.gauges, n)).toEqual(refusalOf(await peeked(alone[who]!, n), n));
        } else throw new Error(answer.outcome);
      }
    expect(await counted(together)).toEqual(await counted(alone));
  }
  expect(Math.min(seen.granted, seen.refused)).toBeGreaterThan(50);
});

test('[QUO-4] what was charged together comes back under its key, and is given back as what came alone', async () => {
  await ledger.setClock(null);
  const layers = [personLayer(randomUUID(), { hourly: 10 })];
  const asks = [ask(layers, 4), ask(layers, 3, { key: `"{}\\,'"` })];
  const [first] = await chargeAll(db(), [{ zone: 'UTC', layers, asked: null, asks }]);
  expect(granted(first!)).toEqual([true, true]);
  const again = asks.map((each) => ({ ...each, id: randomUUID() }));
  const [second] = await chargeAll(db(), [{ zone: 'UTC', layers, asked: null, asks: again }]);
  expect(second).toEqual(first);
  const other = [{ ...again[0]!, hash: Buffer.from('another') }];
  expect(await chargeAll(db(), [{ zone: 'UTC', layers, asked: null, asks: other }])).toEqual([
    [{ outcome: 'key-reused' }]
  ]);
  expect(await peeked(layers, 0)).toMatchObject([{ used: 7 }, { used: 7 }, { used: 7 }]);
  const back = await releaseCharge(db(), { caller: 'test', id: asks[0]!.id });
  expect(back).toEqual({ outcome: 'resolved', units: 0, returned: 4 });
  expect(await peeked(layers, 0)).toMatchObject([{ used: 3 }, { used: 3 }, { used: 3 }]);
});

test('[QUO-4] what was held and is over comes back within the minute', async () => {
  const layers = [personLayer(randomUUID(), { hourly: 10 })];
  const together = () => chargeAll(db(), [{ zone: 'UTC', layers, asked: null, asks: [ask(layers, 5)] }]);
  await ledger.setClock(new Date('2026-05-01T12:00:10Z'));
  expect(await charge(db(), ask(layers, 8, { ttlSeconds: 5 }))).toMatchObject({ outcome: 'granted' });
  expect(await together()).toMatchObject([[{ outcome: 'refused' }]]);
  await ledger.setClock(new Date('2026-05-01T12:00:16Z'));
  expect(await together()).toMatchObject([[{ outcome: 'granted' }]]);
  expect(await peeked(layers, 0)).toMatchObject([{ used: 5, held: 0 }, { used: 5 }, { used: 5 }]);
});

test('[QUO-3] [QUO-4] what is not decided moves no account: facts that are old, and keys that were used', async () => {
  await ledger.setClock(new Date('2026-05-01T12:00:00Z'));
  const layers = [personLayer(randomUUID(), { daily: 10 })];
  const first = ask(layers, 4);
  const group = { layers, asked: null, asks: [first] };
  expect(await chargeAll(db(), [{ ...group, zone: 'UTC' }])).toMatchObject([[{ outcome: 'granted' }]]);
  const account = async () =>
    (
      await ledger.sql`select zone, minute, day::text, day_used from ledger_accounts
      where account = ${layers[0]!.account}`
    )[0];
  const then = await account();
  await ledger.setClock(new Date('2026-05-03T12:00:00Z'));
  const old = { layers, zone: ZONE, asked: '2026-05-03T11:59:58Z', asks: [ask(layers, 1)] };
  expect(await chargeAll(db(), [{ ...group, zone: ZONE }, old])).toMatchObject([
    [{ outcome: 'granted', id: first.id }],
    [{ outcome: 'stale' }]
  ]);
  expect(await account()).toEqual(then);
  await chargeAll(db(), [{ ...old, asked: null }]);
  expect(await account()).toMatchObject({ zone: ZONE, day: '2026-05-03', day_used: '1' });
});

test('[QUO-4] who asks is charged without a look at the accounts of all others, however few there were at first', async () => {
  await ledger.setClock(new Date('2026-05-03T12:00:00Z'));
  const layers = [personLayer(randomUUID(), { daily: 10 })];
  const other = personLayer(randomUUID(), {});
  await charge(db(), ask([other], 1));
  const together = (tx: Queryable) =>
    chargeAll(tx, [{ zone: 'UTC', layers, asked: null, asks: [ask(layers, 1)] }]);
  const fetched = async (tx: Queryable) => {
    const [row] = await tx.execute<{ rows: number }>(sql`select idx_tup_fetch::int as rows
      from pg_stat_xact_user_tables where relname = 'ledger_accounts'`);
    return row!.rows;
  };
  const read = await db().transaction(async (tx) => {
    await together(tx);
    // The plans of this connection are made; now there are more accounts.
    await ledger.sql`insert into ledger_accounts (account, zone, minute, hour_used, hour_held, day, month, counted_hour)
      select account || n, zone, minute, hour_used, hour_held, day, month, counted_hour
      from ledger_accounts cross join generate_series(1, 500) n where account = ${other.account}`;
    const before = await fetched(tx);
    await together(tx);
    return (await fetched(tx)) - before;
  });
  expect(read).toBeLessThan(20);
});
