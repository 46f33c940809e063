import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Layer } from '../../src/lib/core/quotas/layers';
import {
  charge,
  commitHold,
  hoursOf,
  releaseCharge,
  takeLease,
  tidyLedger
} from '../../src/lib/server/db/tables/ledger-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';

// [QUO-3] [QUO-4] A clock that runs ahead and is put right again: nobody is shut until the wrong time comes, and
// nobody sends more than the cap.

const ledger = useTestLedger();
const { db, at, usage } = ledger;

const take = async (layer: Layer, units: number, more = {}) =>
  (await charge(db(), ask([layer], units, more))).outcome;

describe.each([
  ['three hours', '2026-04-10T15:00:00Z'],
  ['two days', '2026-04-12T12:00:00Z'],
  ['years', '2030-01-01T12:00:00Z']
])('ahead by %s', (_, wrong) => {
  test.each([
    ['hourly', '2026-04-10T13:02:00Z'],
    ['daily', '2026-04-11T00:00:00Z'],
    ['monthly', '2026-05-01T00:00:00Z']
  ])(
    'the %s cap frees itself when it would have, and counts what was sent before and meanwhile',
    async (cap, frees) => {
      const olga = personLayer(randomUUID(), { [cap]: 10 });
      await at('2026-04-10T12:00:00Z');
      expect(await take(olga, 6)).toBe('granted');
      await at(wrong);
      const isNew = (await charge(db(), ask([olga], 3))).outcome;
      expect(isNew).toBe('granted');
      await at('2026-04-10T12:01:00Z');
      expect(await usage(olga, cap)).toEqual([9, 0]);
      expect(await take(olga, 2)).toBe('refused');
      expect(await take(olga, 1)).toBe('granted');
      expect(await take(olga, 1)).toBe('refused');
      await at(frees);
      expect(await take(olga, 10)).toBe('granted');
    }
  );

  test('holds and leases of the wrong time end when they would have', async () => {
    const olga = personLayer(randomUUID(), { hourly: 10, daily: 10, monthly: 10, threads: 1 });
    const lease = (key: string) =>
      takeLease(db(), {
        ...{ caller: 'test', key, subject: olga.account, id: randomUUID(), ttlSeconds: 60, zone: 'UTC' },
        ...{ layers: [olga], asked: null }
      });
    await at('2026-04-10T12:00:00Z');
    const before = ask([olga], 2, { ttlSeconds: 86_400 });
    await charge(db(), before);
    await at(wrong);
    const lost = ask([olga], 5, { ttlSeconds: 300 });
    expect((await charge(db(), lost)).outcome).toBe('granted');
    expect((await lease('one')).outcome).toBe('granted');
    await at('2026-04-10T12:01:00Z');
    const heldNow = wrong.startsWith('2026-04-10') ? 7 : 5;
    for (const cap of ['hourly', 'daily', 'monthly'])
      expect(await usage(olga, cap), cap).toEqual([0, heldNow]);
    expect((await lease('two')).outcome).toBe('granted');
    expect(await take(olga, 1, { ttlSeconds: 60 })).toBe('granted');
    await at('2026-04-10T12:08:00Z');
    await tidyLedger(db());
    for (const cap of ['hourly', 'daily', 'monthly'])
      expect(await usage(olga, cap), cap).toEqual([0, heldNow - 5]);
    expect(await commitHold(db(), { caller: 'test', id: lost.id, units: 5 })).toEqual({ outcome: 'expired' });
  });

  test('what was charged in the wrong time and comes back takes nothing of another counter with it', async () => {
    const olga = personLayer(randomUUID(), { hourly: 10, daily: 10, monthly: 10 });
    await at(wrong);
    const sent = ask([olga], 4);
    await charge(db(), sent);
    await at('2026-04-10T12:01:00Z');
    expect(await take(olga, 5)).toBe('granted');
    await releaseCharge(db(), { caller: 'test', id: sent.id });
    for (const cap of ['hourly', 'daily', 'monthly'])
      expect((await usage(olga, cap))[0], cap).toBeGreaterThanOrEqual(5);
    const hours = { from: new Date('2026-04-10T12:00:00Z'), to: new Date('2026-04-10T13:00:00Z') };
    expect(await hoursOf(db(), olga.account, hours)).toMatchObject([{ units: 5 }]);
  });
});

test('[QUO-4] a hold that was taken just beyond the end of a month, by a clock put right before it, comes back whole', async () => {
  const olga = personLayer(randomUUID(), { hourly: 1000, daily: 1000, monthly: 1000 });
  await at('2026-05-01T00:40:00Z');
  const held = ask([olga], 500, { ttlSeconds: 3600 });
  expect((await charge(db(), held)).outcome).toBe('granted');
  await at('2026-04-30T23:30:00Z');
  expect(await take(olga, 1)).toBe('granted');
  await at('2026-04-30T23:31:00Z');
  await releaseCharge(db(), { caller: 'test', id: held.id });
  for (const then of ['2026-04-30T23:32:00Z', '2026-05-01T12:00:00Z', '2026-05-02T12:00:00Z']) {
    await at(then);
    for (const cap of ['hourly', 'daily', 'monthly'])
      expect((await usage(olga, cap))[1], `${cap} at ${then}`).toBe(0);
  }
});

test('[QUO-4] keys of a clock that ran ahead do not fill their slot for ever', async () => {
  const olga = personLayer(randomUUID(), {});
  await at('2030-01-01T12:00:00Z');
  const once = ask([olga], 1);
  await charge(db(), once);
  const [row] = await ledger.sql<{ slot: number }[]>`select slot from ledger_charges where key = ${once.key}`;
  const known = async () =>
    (await ledger.sql`select 1 from ledger_charges where key = ${once.key}`).length === 1;
  // The first days on which that slot is to be emptied.
  const day = Array.from({ length: 4 }, (_, n) => Date.parse('2026-06-01T12:00:00Z') + n * 86_400_000).find(
    (time) => (Math.floor(time / 86_400_000) + 1) % 4 === row!.slot
  )!;
  await ledger.setClock(new Date(day));
  await tidyLedger(db());
  expect(await known()).toBe(true);
  await ledger.setClock(new Date(day + 4 * 86_400_000));
  await tidyLedger(db());
  expect(await known()).toBe(false);
});

describe('[QUO-4] a hold of a clock that ran ahead has another end than was said', () => {
  const held = async (ttlSeconds: number) => {
    const olga = personLayer(randomUUID(), { hourly: 10 });
    await at('2026-04-10T15:00:00Z');
    const hold = ask([olga], 5, { ttlSeconds });
    expect((await charge(db(), hold)).outcome).toBe('granted');
    // Put right: whoever charges next gives the hold its end by the clock of now.
    await at('2026-04-10T12:00:00Z');
    expect(await take(olga, 1)).toBe('granted');
    await at('2026-04-10T12:10:00Z');
    return { olga, hold, of: { caller: 'test', id: hold.id } };
  };

  test.each([
    ['a commit', (of: { caller: string; id: string }) => commitHold(db(), { ...of, units: 5 })],
    ['a release', (of: { caller: string; id: string }) => releaseCharge(db(), of)]
  ])('%s between the two is told that it expired, however often it comes', async (_, end) => {
    const { olga, of } = await held(300);
    expect(await end(of)).toEqual({ outcome: 'expired' });
    expect(await end(of)).toEqual({ outcome: 'expired' });
    expect(await usage(olga, 'hourly')).toEqual([1, 0]);
  });

  test('its key asked again between the two grants nothing', async () => {
    const { hold } = await held(300);
    expect((await charge(db(), hold)).outcome).toBe('expired');
  });

  test('before both it is committed as ever', async () => {
    const { olga, hold, of } = await held(1200);
    expect((await charge(db(), hold)).outcome).toBe('granted');
    expect(await commitHold(db(), { ...of, units: 4 })).toMatchObject({ outcome: 'resolved', returned: 1 });
    expect(await usage(olga, 'hourly')).toEqual([5, 0]);
  });
});

describe('[QUO-7] a counter that was begun anew', () => {
  const CAPS = ['hourly', 'daily', 'monthly'] as const;
  const reset = (account: string, cap: string) =>
    ledger.sql.begin(async (tx) => {
      await tx`create or replace function audit.in_audited_transaction() returns boolean language sql as 'select true'`;
      await tx`select ledger_reset(${account}, ${cap})`;
    });

  test('a counter that was begun anew takes nothing back of what was charged to the one before', async () => {
    await at('2026-04-10T12:00:00Z');
    const olga = personLayer(randomUUID(), { hourly: 10, daily: 10, monthly: 10 });
    const before = ask([olga], 10);
    const held = ask([personLayer(olga.account.split(':')[1]!, {})], 3, { ttlSeconds: 60 });
    await charge(db(), before);
    await charge(db(), held);
    for (const cap of CAPS) await reset(olga.account, cap);
    expect(await take(olga, 7)).toBe('granted');
    expect(await releaseCharge(db(), { caller: 'test', id: before.id })).toMatchObject({
      outcome: 'resolved'
    });
    for (const cap of CAPS) expect(await usage(olga, cap), cap).toEqual([7, 3]);
    await releaseCharge(db(), { caller: 'test', id: held.id });
    for (const cap of CAPS) expect(await usage(olga, cap), cap).toEqual([7, 0]);
    expect(await take(olga, 4)).toBe('refused');
  });

  test('a counter that was begun anew is the only one that was: the others take it back', async () => {
    await at('2026-04-10T12:00:00Z');
    const olga = personLayer(randomUUID(), { hourly: 10, daily: 10, monthly: 10 });
    const before = ask([olga], 10);
    await charge(db(), before);
    await reset(olga.account, 'daily');
    await releaseCharge(db(), { caller: 'test', id: before.id });
    expect(await take(olga, 10)).toBe('granted');
  });
});
