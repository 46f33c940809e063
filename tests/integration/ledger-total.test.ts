import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { platformLayer, type Layer } from '../../src/lib/core/quotas/layers';
import {
  charge,
  commitHold,
  peekLedger,
  releaseCharge,
  type Ask,
  type ChargeOutcome
} from '../../src/lib/server/db/tables/ledger-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';

// [QUO-1] The total of the platform: everybody together, and never more than it.

const ledger = useTestLedger();
const { db } = ledger;

let totals = 0;
/** A total of its own for each test. */
const totalOf = (limits: Partial<Parameters<typeof platformLayer>[0]>): Layer => ({
  ...platformLayer({ hourly: 'unlimited', daily: 'unlimited', monthly: 'unlimited', ...limits }),
  account: `platform${++totals}`
});
const person = () => personLayer(randomUUID(), {});
const take = (given: Ask): Promise<ChargeOutcome> => charge(db(), given);
const usage = async (layer: Layer, cap: string) => {
  const gauges = await peekLedger(db(), { units: 1, zone: 'UTC', layers: [layer] });
  const { used, held, limit } = gauges.find((gauge) => gauge.cap === cap)!;
  return { used, held, limit };
};

test('[QUO-1] [QUO-4] 300 asks at once reach the total exactly, reserved, given back and charged again', async () => {
  const total = totalOf({ daily: 403 });
  const asks = Array.from({ length: 300 }, (_, n) =>
    ask([person(), total], 1 + (n % 4), n % 3 === 0 ? { ttlSeconds: 600 } : {})
  );
  const all = await Promise.all(asks.map(take));
  const granted = asks.filter((_, n) => all[n]!.outcome === 'granted');
  const sum = granted.reduce((units, each) => units + each.units, 0);
  expect(all.filter(({ outcome }) => outcome !== 'granted' && outcome !== 'refused')).toEqual([]);
  // An ask of one unit fits as long as there is one.
  expect(sum).toBe(403);
  const { used, held, limit } = await usage(total, 'daily');
  expect([used + held, limit]).toEqual([403, 403]);

  // What comes back can be had again, and no more than that.
  const holds = granted.filter(({ ttlSeconds }) => ttlSeconds !== null);
  let back = 0;
  for (const [n, { id, units }] of holds.entries()) {
    const of = { caller: 'test', id };
    const end = await (n % 2 ? releaseCharge(db(), of) : commitHold(db(), { ...of, units: units - 1 }));
    back += n % 2 ? units : 1;
    expect(end.outcome).toBe('resolved');
  }
  for (const { id, units } of granted.filter(({ ttlSeconds }) => ttlSeconds === null).slice(0, 20)) {
    await releaseCharge(db(), { caller: 'test', id });
    back += units;
  }
  expect(await usage(total, 'daily')).toEqual({ used: 403 - back, held: 0, limit: 403 });
  const more = await Promise.all(Array.from({ length: back + 20 }, () => take(ask([person(), total], 1))));
  expect(more.filter(({ outcome }) => outcome === 'granted')).toHaveLength(back);
  expect(await usage(total, 'daily')).toEqual({ used: 403, held: 0, limit: 403 });
});

test('[QUO-1] an ask finds what room there is, in part where it says so, and one that never fits is told so', async () => {
  const total = totalOf({ hourly: 100 });
  expect(await take(ask([person(), total], 60))).toMatchObject({ outcome: 'granted', units: 60 });
  const partial = await take(ask([person(), total], 60, { partial: true }));
  expect(partial).toMatchObject({ outcome: 'granted', units: 40 });
  const refused = await take(ask([person(), total], 1));
  expect(refused.outcome).toBe('refused');
  if (refused.outcome !== 'refused') return;
  const gauge = refused.gauges.find(({ layer, cap }) => layer === 'platform' && cap === 'hourly')!;
  expect(gauge).toMatchObject({ used: 100, held: 0, limit: 100 });
  expect(Date.parse(gauge.resetsAt!)).toBeGreaterThan(Date.now());
  expect(await usage(total, 'hourly')).toMatchObject({ used: 100 });
});

test('[QUO-1] [QUO-4] a total that is lowered admits no more than what is left of it', async () => {
  const total = totalOf({ daily: 800 });
  for (let n = 0; n < 4; n++) expect((await take(ask([person(), total], 100))).outcome).toBe('granted');
  const lower = { ...totalOf({ daily: 400 }), account: total.account };
  expect((await take(ask([person(), lower], 1))).outcome).toBe('refused');
  const higher = { ...totalOf({ daily: 450 }), account: total.account };
  const asks = await Promise.all(Array.from({ length: 60 }, () => take(ask([person(), higher], 1))));
  expect(asks.filter(({ outcome }) => outcome === 'granted')).toHaveLength(50);
});

test('[QUO-1] [QUO-4] several limits of a total are each used up, whatever was used of them before', async () => {
  const total = totalOf({ hourly: 80, daily: 800 });
  try {
    // Ten hours in which half of what an hour has is used; then all of it.
    for (let hour = 0; hour < 11; hour++) {
      await ledger.setClock(new Date(Date.UTC(2026, 3, 1, 2 * hour)));
      for (let n = 0; n < (hour < 10 ? 2 : 4); n++)
        expect((await take(ask([person(), total], 20))).outcome, `hour ${hour}, ask ${n}`).toBe('granted');
    }
    expect((await take(ask([person(), total], 1))).outcome).toBe('refused');
    expect(await usage(total, 'hourly')).toMatchObject({ used: 80, limit: 80 });
    expect(await usage(total, 'daily')).toMatchObject({ used: 480, limit: 800 });
  } finally {
    await ledger.setClock(null);
  }
});

test('[QUO-1] a refusal of the person’s own cap charges nothing to the total, and one of the total nothing to the person', async () => {
  const total = totalOf({ daily: 10 });
  const olga = personLayer(randomUUID(), { daily: 4 });
  expect((await take(ask([olga, total], 5))).outcome).toBe('refused');
  expect(await usage(total, 'daily')).toMatchObject({ used: 0 });
  expect((await take(ask([person(), total], 8))).outcome).toBe('granted');
  expect((await take(ask([olga, total], 3))).outcome).toBe('refused');
  expect(await usage(olga, 'daily')).toMatchObject({ used: 0 });
  expect((await take(ask([olga, total], 2))).outcome).toBe('granted');
});
