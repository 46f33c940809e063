import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { sqlState } from '../../src/lib/server/db/driver/client';
import {
  charge,
  commitHold,
  hoursOf,
  releaseCharge,
  renewLease,
  takeLease,
  tidyLedger,
  type ChargeOutcome
} from '../../src/lib/server/db/tables/ledger-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';

const ledger = useTestLedger();
const { db, at, usage } = ledger;

const gaugeOf = (answer: ChargeOutcome, cap: string) => {
  if (!('gauges' in answer)) throw new Error('no gauges');
  return answer.gauges.find((one) => one.cap === cap)!;
};
const iso = (text: string | null) => (text === null ? null : new Date(text).toISOString());

test('[QUO-4] a refusal charges nothing, and says which cap and when there is room', async () => {
  await at('2026-04-01T12:00:30Z');
  const olga = personLayer(randomUUID(), { hourly: 10, daily: 100 });
  expect(await charge(db(), ask([olga], 8))).toMatchObject({ outcome: 'granted', units: 8, expiresAt: null });
  const refused = await charge(db(), ask([olga], 5));
  expect(refused.outcome).toBe('refused');
  expect(iso(gaugeOf(refused, 'hourly').resetsAt)).toBe('2026-04-01T13:01:00.000Z');
  expect(iso(gaugeOf(refused, 'daily').resetsAt)).toBe('2026-04-02T00:00:00.000Z');
  expect(await usage(olga, 'hourly')).toEqual([8, 0]);
  // As many as fit.
  expect(await charge(db(), ask([olga], 5, { partial: true }))).toMatchObject({
    outcome: 'granted',
    units: 2
  });
  // More than the cap never fits.
  expect(gaugeOf(await charge(db(), ask([olga], 11)), 'hourly').resetsAt).toBeNull();
  await at('2026-04-01T13:00:59Z');
  expect((await charge(db(), ask([olga], 1))).outcome).toBe('refused');
  await at('2026-04-01T13:01:00Z');
  expect((await charge(db(), ask([olga], 10))).outcome).toBe('granted');
  expect(await usage(olga, 'daily')).toEqual([20, 0]);
});

test('[QUO-4] a granted key is answered from its row, a refused one is asked anew, another payload is neither', async () => {
  await at('2026-04-01T12:00:30Z');
  const olga = personLayer(randomUUID(), { hourly: 10 });
  const once = ask([olga], 10);
  const first = await charge(db(), once);
  expect(await charge(db(), { ...once, id: randomUUID() })).toEqual(first);
  const refused = ask([olga], 3);
  expect((await charge(db(), refused)).outcome).toBe('refused');
  await at('2026-04-01T13:02:00Z');
  expect((await charge(db(), refused)).outcome).toBe('granted');
  expect(await charge(db(), ask([olga], 4, { key: refused.key }))).toEqual({ outcome: 'key-reused' });
  // Somebody else's key of the same name is another one.
  expect((await charge(db(), { ...refused, caller: 'other', id: randomUUID() })).outcome).toBe('granted');
  expect(await usage(olga, 'hourly')).toEqual([6, 0]);
  // Across midnight, and a day later, it is still known.
  await at('2026-04-02T23:59:00Z');
  expect((await charge(db(), { ...once, id: randomUUID() })).outcome).toBe('granted');
  expect(await usage(olga, 'daily')).toEqual([0, 0]);
});

test('[QUO-1] every layer is charged or none', async () => {
  await at('2026-04-01T12:00:30Z');
  const olga = personLayer(randomUUID(), { hourly: 100 });
  const team = { ...personLayer(randomUUID(), { daily: 30 }), layer: 'platform' as const };
  expect((await charge(db(), ask([olga, team], 20))).outcome).toBe('granted');
  expect((await charge(db(), ask([olga, team], 20))).outcome).toBe('refused');
  expect(await usage(olga, 'hourly')).toEqual([20, 0]);
  expect(await usage(team, 'daily')).toEqual([20, 0]);
});

test('[QUO-10] a cap that is watched refuses nothing, and its history says what it would have', async () => {
  await at('2026-04-01T12:00:30Z');
  const olga = personLayer(randomUUID(), { hourly: 10 });
  const watched = { ...olga, caps: { ...olga.caps, hourly: { ...olga.caps.hourly, shadow: true } } };
  expect((await charge(db(), ask([watched], 25))).outcome).toBe('granted');
  const day = { from: new Date('2026-04-01'), to: new Date('2026-04-02') };
  expect(await hoursOf(db(), olga.account, day)).toEqual([
    { hour: '2026-04-01T12:00:00.000Z', units: 25, over: 25 }
  ]);
});

test('[QUO-4] a reservation holds at once; what was used stays in its window, the rest comes back, once', async () => {
  await at('2026-04-01T23:58:00Z');
  const olga = personLayer(randomUUID(), { hourly: 10, daily: 10 });
  const reserve = ask([olga], 10, { ttlSeconds: 300 });
  const held = await charge(db(), reserve);
  expect(held).toMatchObject({ outcome: 'granted', units: 10, id: reserve.id });
  expect(await usage(olga, 'daily')).toEqual([0, 10]);
  expect((await charge(db(), ask([olga], 1))).outcome).toBe('refused');
  const settle = (units: number | null) => commitHold(db(), { caller: 'test', id: reserve.id, units });
  expect(await settle(11)).toEqual({ outcome: 'above-hold', held: 10 });
  expect(await commitHold(db(), { caller: 'other', id: reserve.id, units: 1 })).toEqual({
    outcome: 'unknown'
  });
  await at('2026-04-02T00:01:00Z');
  expect(await settle(7)).toEqual({ outcome: 'resolved', units: 7, returned: 3 });
  // Whoever lost the answer is told the whole of it.
  expect(await settle(7)).toEqual({ outcome: 'committed', units: 7, returned: 3 });
  expect(await releaseCharge(db(), { caller: 'test', id: reserve.id })).toMatchObject({
    outcome: 'committed'
  });
  // The day is another one; the hour is the same.
  expect(await usage(olga, 'daily')).toEqual([0, 0]);
  expect(await usage(olga, 'hourly')).toEqual([7, 0]);
  const days = { from: new Date('2026-04-01'), to: new Date('2026-04-03') };
  expect(await hoursOf(db(), olga.account, days)).toEqual([
    { hour: '2026-04-01T23:00:00.000Z', units: 7, over: 0 }
  ]);
});

test('[QUO-4] a reservation that nobody resolves ends by itself, and is then no more', async () => {
  await at('2026-04-01T12:00:00Z');
  const olga = personLayer(randomUUID(), { hourly: 10 });
  const reserve = ask([olga], 10, { ttlSeconds: 60 });
  await charge(db(), reserve);
  await at('2026-04-01T12:01:00Z');
  expect(await usage(olga, 'hourly')).toEqual([0, 0]);
  expect((await charge(db(), ask([olga], 10))).outcome).toBe('granted');
  const id = { caller: 'test', id: reserve.id };
  expect(await commitHold(db(), { ...id, units: 1 })).toEqual({ outcome: 'expired' });
  expect(await releaseCharge(db(), id)).toEqual({ outcome: 'expired' });
  expect(await usage(olga, 'hourly')).toEqual([10, 0]);
  expect(await ledger.sql`select 1 from ledger_holds where account = ${olga.account}`).toHaveLength(0);
  // Its key would grant what nobody holds.
  expect(await charge(db(), { ...reserve, id: randomUUID() })).toEqual({ outcome: 'expired' });
  expect(await usage(olga, 'hourly')).toEqual([10, 0]);
});

test('[QUO-4] what was charged can be given back by its caller, once, as long as its window runs', async () => {
  await at('2026-04-01T12:00:00Z');
  const olga = personLayer(randomUUID(), { hourly: 10, monthly: 100 });
  const sent = ask([olga], 10);
  await charge(db(), sent);
  const give = () => releaseCharge(db(), { caller: 'test', id: sent.id });
  await at('2026-04-01T14:00:00Z');
  await charge(db(), ask([olga], 2));
  expect(await give()).toMatchObject({ outcome: 'resolved', returned: 10 });
  expect(await give()).toEqual({ outcome: 'released', returned: 10 });
  expect(await usage(olga, 'hourly')).toEqual([2, 0]);
  expect(await usage(olga, 'monthly')).toEqual([2, 0]);
  // The key is spent: asked again it neither grants nor charges.
  expect(await charge(db(), { ...sent, id: randomUUID() })).toEqual({ outcome: 'released' });
  const held = ask([olga], 3, { ttlSeconds: 60 });
  await charge(db(), held);
  await releaseCharge(db(), { caller: 'test', id: held.id });
  expect(await charge(db(), { ...held, id: randomUUID() })).toEqual({ outcome: 'released' });
  expect(await usage(olga, 'hourly')).toEqual([2, 0]);
});

test('[QUO-8] limits that were read more than a second before the locks were held are not judged by', async () => {
  await at('2026-04-01T12:00:02Z');
  const olga = personLayer(randomUUID(), { hourly: 10 });
  const once = ask([olga], 4, { asked: '2026-04-01T12:00:00.999Z' });
  expect(await charge(db(), once)).toEqual({ outcome: 'stale' });
  const old = {
    ...{ caller: 'test', key: 'old', subject: olga.account, id: randomUUID() },
    asked: once.asked
  };
  expect(await takeLease(db(), { ...old, ttlSeconds: 60, zone: 'UTC', layers: [olga] })).toEqual({
    outcome: 'stale'
  });
  expect(await usage(olga, 'hourly')).toEqual([0, 0]);
  expect(await charge(db(), { ...once, asked: '2026-04-01T12:00:01Z' })).toMatchObject({
    outcome: 'granted'
  });
  // A lost answer is given again, however long ago it was asked.
  expect(await charge(db(), once)).toMatchObject({ outcome: 'granted' });
  expect(await usage(olga, 'hourly')).toEqual([4, 0]);
});

test('[QUO-3] another time zone is not another day, and holds go along', async () => {
  await at('2026-04-01T16:00:00Z');
  const olga = personLayer(randomUUID(), { daily: 10 });
  const reserve = ask([olga], 4, { ttlSeconds: 36_000 });
  await charge(db(), reserve);
  await charge(db(), ask([olga], 6));
  // In Tokyo it is the second already.
  const there = await charge(db(), ask([olga], 1, { zone: 'Asia/Tokyo' }));
  expect(there.outcome).toBe('refused');
  expect(iso(gaugeOf(there, 'daily').resetsAt)).toBe('2026-04-02T15:00:00.000Z');
  await commitHold(db(), { caller: 'test', id: reserve.id, units: 1 });
  expect(await usage(olga, 'daily', 'Asia/Tokyo')).toEqual([7, 0]);
  expect((await charge(db(), ask([olga], 4))).outcome).toBe('refused');
  await at('2026-04-02T00:00:00Z');
  expect((await charge(db(), ask([olga], 10))).outcome).toBe('granted');
});

test('[QUO-3] a zone further west in which yesterday goes on again: holds and refunds of the day that is over stay out of it', async () => {
  await at('2026-03-10T22:55:00Z');
  const olga = personLayer(randomUUID(), { daily: 100 });
  const there = { zone: 'America/Havana' };
  const lost = ask([olga], 10, { zone: 'Europe/Berlin', ttlSeconds: 3600 });
  const sent = ask([olga], 20, { zone: 'Europe/Berlin' });
  for (const each of [lost, sent]) expect((await charge(db(), each)).outcome).toBe('granted');
  // Midnight is over in Berlin; in Havana it is the tenth still.
  await at('2026-03-10T23:05:00Z');
  expect((await charge(db(), ask([olga], 5, there))).outcome).toBe('granted');
  expect(await usage(olga, 'daily', there.zone)).toEqual([5, 0]);
  await at('2026-03-10T23:56:00Z');
  await tidyLedger(db());
  expect(await usage(olga, 'daily', there.zone)).toEqual([5, 0]);
  expect(await releaseCharge(db(), { caller: 'test', id: sent.id })).toMatchObject({ returned: 20 });
  expect((await charge(db(), ask([olga], 95, there))).outcome).toBe('granted');
  expect(await usage(olga, 'daily', there.zone)).toEqual([100, 0]);
  expect(await usage(olga, 'monthly', there.zone)).toEqual([120, 0]);
});

test('[QUO-3] threads are leases: counted while they live, renewed, ended, or over by themselves', async () => {
  await at('2026-04-01T12:00:00Z');
  const olga = personLayer(randomUUID(), { threads: 2 });
  const lease = (key: string, more: object = {}) =>
    takeLease(db(), {
      ...{ caller: 'test', key, subject: olga.account, id: randomUUID(), ttlSeconds: 60, zone: 'UTC' },
      ...{ layers: [olga], asked: null, ...more }
    });
  const one = await lease('one');
  if (one.outcome !== 'granted') throw new Error('refused');
  expect(await lease('one')).toMatchObject({ outcome: 'granted', id: one.id });
  expect(await lease('one', { subject: 'administrator:other' })).toEqual({ outcome: 'key-reused' });
  expect(await lease('two')).toMatchObject({ outcome: 'granted', gauges: [{ used: 2 }] });
  expect(await lease('three')).toMatchObject({ outcome: 'refused', gauges: [{ used: 2, limit: 2 }] });
  await at('2026-04-01T12:00:50Z');
  const renew = (ttlSeconds: number | null, caller = 'test') =>
    renewLease(db(), { caller, id: one.id, ttlSeconds });
  expect(await renew(60, 'other')).toMatchObject({ lives: false });
  expect((await renew(60)).lives).toBe(true);
  await at('2026-04-01T12:01:00Z');
  // The second one's holder is gone.
  expect(await lease('three')).toMatchObject({ outcome: 'granted' });
  expect((await renew(null)).lives).toBe(true);
  expect((await renew(60)).lives).toBe(false);
  expect(await usage(olga, 'threads')).toEqual([1, 0]);
});

test('[QUO-4] the program itself cannot write a counter past the ledger', async () => {
  for (const table of ['accounts', 'charges', 'holds', 'leases', 'hours', 'crossings', 'alerts'])
    for (const statement of [
      sql`delete from ${sql.identifier(`ledger_${table}`)}`,
      sql`insert into ${sql.identifier(`ledger_${table}`)} select * from ${sql.identifier(`ledger_${table}`)}`
    ])
      expect(
        await db()
          .execute(statement)
          .then(() => null, sqlState),
        table
      ).toBe('42501');
  const reset = db().execute(sql`select ledger_reset('administrator:x', 'daily')`);
  expect(await reset.then(() => null, sqlState)).toBe('42501');
});

test('[QUO-4] no function of the ledger finds a temporary table before the real one', async () => {
  const rows = await ledger.sql<{ name: string }[]>`
    select proname as name from pg_proc where pronamespace = 'public'::regnamespace and starts_with(proname, 'ledger_')
      and proname <> 'ledger_now' and not coalesce(array_to_string(proconfig, ' ') ~ 'search_path=[^=]*, pg_temp( |$)', false)`;
  expect(rows.map(({ name }) => name)).toEqual([]);
});
