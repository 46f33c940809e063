import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Layer } from '../../src/lib/core/quotas/layers';
import { charge, commitHold, peekLedger, releaseCharge } from '../../src/lib/server/db/tables/ledger-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';
import { seeded } from '../faults/random';

// [QUO-3] Smooth sending: what comes back of a charge gives back the delay that it caused, and no other.

const ledger = useTestLedger(2);
const { db } = ledger;

const START = Date.parse('2026-04-10T12:00:00Z');
/** Minutes after the start. */
const at = (minutes: number) => ledger.setClock(new Date(START + minutes * 60_000));
/** One a minute. */
const smooth = (): Layer => ({ ...personLayer(randomUUID(), { hourly: 60 }), smooth: true });
const take = async (layer: Layer, units: number, ttlSeconds: number | null = null) => {
  const given = ask([layer], units, { ttlSeconds });
  const { outcome } = await charge(db(), given);
  return { outcome, of: { caller: 'test', id: given.id } };
};
/** Minutes after the start at which the next ask may pass; null: now. */
const next = async (layer: Layer) => {
  const [hourly] = await peekLedger(db(), { units: 1, zone: 'UTC', layers: [layer] });
  const at = hourly!.next ?? null;
  return at === null ? null : (Date.parse(at) - START) / 60_000;
};

type End = (of: { caller: string; id: string }) => Promise<unknown>;
const release: End = (of) => releaseCharge(db(), of);
const commits =
  (units: number): End =>
  (of) =>
    commitHold(db(), { ...of, units });

test.each<[string, number | null, End, number | null]>([
  ['a release', 600, release, null],
  ['a refund', null, release, null],
  ['a commit of nothing', 600, commits(0), null],
  ['a commit of four', 600, commits(4), 4],
  ['a commit of all', 600, commits(10), 10]
])('[QUO-3] %s of ten leaves the delay of what was sent', async (_, ttl, end, left) => {
  const olga = smooth();
  await at(0);
  const { of } = await take(olga, 10, ttl);
  expect(await next(olga)).toBe(10);
  await at(1);
  await end(of);
  expect(await next(olga)).toBe(left);
  expect((await take(olga, 1)).outcome).toBe(left === null ? 'granted' : 'refused');
  if (left === null) return;
  await at(left);
  expect((await take(olga, 1)).outcome).toBe('granted');
});

test('[QUO-3] a hold that expired delays nobody, as it is seen and as it is asked', async () => {
  const olga = smooth();
  await at(0);
  await take(olga, 10, 60);
  await at(0.5);
  expect((await take(olga, 1)).outcome).toBe('refused');
  await at(1);
  expect(await next(olga)).toBe(null);
  expect((await take(olga, 1)).outcome).toBe('granted');
  expect(await next(olga)).toBe(2);
});

test('[QUO-3] what passed later waited itself: its delay stays when an earlier one comes back', async () => {
  const olga = smooth();
  await at(0);
  const first = await take(olga, 2, 1800);
  await at(2);
  const second = await take(olga, 5, 1800);
  await at(3);
  await release(first.of);
  expect(await next(olga)).toBe(7);
  await release(second.of);
  expect(await next(olga)).toBe(null);
});

test.each([21, 22, 23])(
  '[QUO-3] never more passes than would have without what came back, seed %d',
  async (seed) => {
    const random = seeded(seed);
    const olga = smooth();
    /** Charges that passed: when, and how much of them was or may yet be sent. */
    const passed: { at: number; units: number; ends: number | null; of: { caller: string; id: string } }[] =
      [];
    const freeAt = () => passed.reduce((free, { at, units }) => (units > 0 ? at + units : free), 0);
    let now = 0;
    for (let step = 0; step < 60; step++) {
      now += random.pick([0, 1, 2, 7]);
      await at(now);
      for (const each of passed)
        if (each.ends !== null && each.ends <= now) Object.assign(each, { units: 0, ends: null });
      const held = passed.filter(({ ends }) => ends !== null);
      if (held.length > 0 && random.chance(0.4)) {
        const one = random.pick(held);
        const used = random.whole(0, one.units);
        await (used === 0 && random.chance(0.5) ? release : commits(used))(one.of);
        Object.assign(one, { units: used, ends: null });
      } else {
        const units = random.whole(1, 6);
        const ttl = random.chance(0.7) ? random.pick([1, 5, 30]) : null;
        // The strict hour has room enough by itself here.
        const { outcome, of } = await take(olga, units, ttl && ttl * 60);
        expect(outcome, `seed ${seed}, step ${step}`).toBe(freeAt() <= now ? 'granted' : 'refused');
        if (outcome === 'granted') passed.push({ at: now, units, ends: ttl && now + ttl, of });
      }
      const free = freeAt();
      expect(await next(olga), `seed ${seed}, step ${step}`).toBe(free > now ? free : null);
    }
    expect(passed.length).toBeGreaterThan(8);
  }
);

test.each([30, 90, 300])(
  '[QUO-3] a delay that a clock %i minutes ahead put there delays nothing, not even when its time comes',
  async (ahead) => {
    const olga = smooth();
    await at(ahead);
    expect((await take(olga, 20)).outcome).toBe('granted');
    await at(0);
    expect(await next(olga)).toBeNull();
    // Long after the clock was put right, and shortly before what it had put.
    await at(ahead - 15);
    expect(await next(olga)).toBeNull();
    expect((await take(olga, 1)).outcome).toBe('granted');
    // What is caused now delays as ever, though the account is still ahead.
    expect(await next(olga)).toBe(ahead - 14);
    expect((await take(olga, 1)).outcome).toBe('refused');
  }
);

test.each(['resolved', 'asked for again'])(
  '[QUO-4] a hold of which a part is over is over whole: what is left comes back when it is %s',
  async (how) => {
    const [olga, total] = [
      personLayer(randomUUID(), { daily: 10 }),
      personLayer(randomUUID(), { daily: 10 })
    ];
    const layers = [olga, total];
    await at(0);
    const given = ask(layers, 8, { ttlSeconds: 3600 });
    expect((await charge(db(), given)).outcome).toBe('granted');
    await ledger.sql`update ledger_holds set expires_at = ${new Date(START + 60_000)} where account = ${olga.account}`;
    await at(2);
    const of = { caller: given.caller, id: given.id };
    const said = how === 'resolved' ? await commitHold(db(), { ...of, units: 8 }) : await charge(db(), given);
    expect(said.outcome).toBe('expired');
    for (const layer of layers) {
      const gauges = await peekLedger(db(), { units: 1, zone: 'UTC', layers: [layer] });
      expect(gauges.find(({ cap }) => cap === 'daily')).toMatchObject({ used: 0, held: 0 });
    }
    expect((await charge(db(), ask(layers, 10))).outcome).toBe('granted');
    expect((await commitHold(db(), { ...of, units: 8 })).outcome).toBe('expired');
  }
);
