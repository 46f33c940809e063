import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type DatabaseHandle } from '../../src/lib/server/db/driver/client';
import {
  charge,
  commitHold,
  peekLedger,
  releaseCharge,
  type Ask
} from '../../src/lib/server/db/tables/ledger-table';
import { AskGate } from '../../src/lib/server/services/quotas/ask-gate';
import { insist } from '../../src/lib/server/services/quotas/insist';
import { MergedAsks } from '../../src/lib/server/services/quotas/merged-asks';
import { chargeAll } from '../../src/lib/server/db/tables/asks-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';
import type { Layer } from '../../src/lib/core/quotas/layers';

// [QUO-4] Many programs, at two processes, with lost connections, answers that never come and keys that come twice.

const ledger = useTestLedger();
let other: DatabaseHandle;
let superuser: postgres.Sql;

beforeAll(async () => {
  other = openDatabase({ url: ledger.url, max: 6, name: 'ledger test' });
  superuser = postgres(ledger.url, { max: 1, onnotice: () => undefined });
  await superuser`select`;
});
afterAll(async () => {
  await superuser.end();
  await other.close();
});

/** Asks under way, of both processes together. */
const AT_ONCE = 20;

const pools = () => [ledger.db(), other.db];

/** Asks until there is an answer, with the same key, at the one process and then at the other. */
function insistAt<T>(turn: number, work: (db: DatabaseHandle['db']) => Promise<T>): Promise<T> {
  let attempt = 0;
  return insist(() => work(pools()[(turn + attempt++) % 2]!));
}

/**
 * Works things off, so many at a time, and ends a busy connection of the program after every thirtieth. How many were
 * ended.
 */
async function whileKilling(work: readonly (() => Promise<unknown>)[]): Promise<number> {
  let killed = 0;
  let next = 0;
  const worker = async () => {
    while (next < work.length) {
      const at = next++;
      const [, ended] = await Promise.all([work[at]!(), at % 30 === 29 ? killOne() : 0]);
      killed += ended;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return killed;
}

async function killOne(): Promise<number> {
  const rows = await superuser`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'ledger test' and datname = current_database() order by state = 'idle' limit 1`;
  return rows.length;
}

const usage = async (layer: Layer) => {
  const [hourly] = await peekLedger(ledger.db(), { units: 0, zone: 'UTC', layers: [layer] });
  return { used: hourly!.used, held: hourly!.held };
};

test('[QUO-4] one subject: two processes, killed connections and doubled keys grant exactly the cap', async () => {
  const olga = personLayer(randomUUID(), { hourly: 500, daily: 100_000 });
  const asks = Array.from({ length: 400 }, (_, n) => ask([olga], 1 + (n % 3)));
  const granted = new Map<string, number>();
  const problems: string[] = [];
  const one = async (each: Ask, n: number) => {
    const answer = await insistAt(n, (db) => charge(db, { ...each, id: randomUUID() }));
    if (answer.outcome !== 'granted') return;
    const before = granted.get(each.key);
    if (before !== undefined && before !== answer.units) problems.push(`${each.key} differs`);
    granted.set(each.key, answer.units);
  };
  // Every key twice, at different processes.
  const killed = await whileKilling(asks.flatMap((each, n) => [() => one(each, n), () => one(each, n + 1)]));
  const sum = [...granted.values()].reduce((a, b) => a + b, 0);
  expect(problems).toEqual([]);
  expect(killed).toBeGreaterThan(3);
  expect(sum).toBeLessThanOrEqual(500);
  // Asks of one to three units: what is left is less than the smallest refused one would take.
  expect(sum).toBeGreaterThan(497);
  expect(await usage(olga)).toEqual({ used: sum, held: 0 });
  const rows = await ledger.sql`select sum(units)::int as units, count(*)::int as n from ledger_charges
    where parts @> ${ledger.sql.json([{ account: olga.account }])}`;
  expect(rows[0]).toEqual({ units: sum, n: granted.size });
});

test('[QUO-4] asks put together, at two processes, with killed connections and doubled keys, grant exactly the caps', async () => {
  const desks = pools().map((db) => new MergedAsks(db, new AskGate(3)));
  const total: Layer = { ...personLayer(randomUUID(), { hourly: 400 }), layer: 'platform' };
  const people = Array.from({ length: 5 }, () => [personLayer(randomUUID(), { hourly: 120 }), total]);
  const granted = new Map<string, number>();
  const answers = new Map<string, unknown[]>();
  const asks = Array.from({ length: 500 }, (_, n) => ({ n, given: ask(people[n % 5]!, 1 + (n % 3)) }));
  const one = async ({ n, given }: (typeof asks)[number], turn: number) => {
    // Whoever asks with the same key made the same ask anew.
    const answer = await desks[turn % 2]!.charge({ ...given, layers: people[n % 5]!, id: randomUUID() });
    if (answer.outcome !== 'granted') return;
    granted.set(given.key, answer.units);
    answers.set(given.key, [...(answers.get(given.key) ?? []), answer.id]);
  };
  const killed = await whileKilling(
    asks.flatMap((each) => [() => one(each, each.n), () => one(each, each.n + 1)])
  );
  expect(killed).toBeGreaterThan(3);
  for (const ids of answers.values()) expect(new Set(ids).size).toBe(1);
  const sum = [...granted.values()].reduce((a, b) => a + b, 0);
  expect(sum).toBeGreaterThan(397);
  expect(await usage(total)).toEqual({ used: sum, held: 0 });
  let ofPeople = 0;
  for (const [person] of people) {
    const { used, held } = await usage(person!);
    expect(used).toBeLessThanOrEqual(120);
    expect(held).toBe(0);
    ofPeople += used;
  }
  expect(ofPeople).toBe(sum);
});

test('[QUO-4] several subjects and a total: reserved, committed, released, lost; no layer above its cap, nothing stranded', async () => {
  const people = ['hourly', 'daily', 'monthly'].map((cap) => personLayer(randomUUID(), { [cap]: 90 }));
  const total: Layer = { ...personLayer(randomUUID(), { hourly: 200 }), layer: 'platform' };
  const settled = new Map<Layer, number>();
  const refused = { n: 0 };
  const one = async (n: number) => {
    const person = people[n % people.length]!;
    const units = 1 + (n % 5);
    // Half of them name the layers the other way round: the order in which they are locked is the ledger's.
    const layers = n % 2 === 0 ? [person, total] : [total, person];
    const hold = ask(layers, units, { ttlSeconds: n % 7 === 0 ? 1 : 600 });
    const answer = await insistAt(n, (db) => charge(db, hold));
    if (answer.outcome !== 'granted') return void (refused.n += 1);
    // One in seven forgets it.
    if (n % 7 === 0) return;
    const id = { caller: 'test', id: answer.id };
    if (n % 7 === 1) {
      await insistAt(n, (db) => releaseCharge(db, id));
      return;
    }
    const used = Math.max(0, units - (n % 2));
    const end = await insistAt(n, (db) => commitHold(db, { ...id, units: used }));
    // A lost answer finds it committed, with as many.
    if (!('units' in end) || end.units !== used) throw new Error(`commit: ${JSON.stringify(end)}`);
    settled.set(person, (settled.get(person) ?? 0) + used);
  };
  await whileKilling(Array.from({ length: 300 }, (_, n) => () => one(n)));
  await ledger.sql`update ledger_holds set expires_at = now() where expires_at < now() + interval '1 minute'`;
  let sum = 0;
  for (const person of people) {
    const used = settled.get(person) ?? 0;
    expect(used).toBeLessThanOrEqual(90);
    expect(await usage(person)).toEqual({ used, held: 0 });
    sum += used;
  }
  expect(refused.n).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual(200);
  expect(await usage(total)).toEqual({ used: sum, held: 0 });
});

test('[QUO-4] a key that was used before has its answer, also where it waited for so long that the facts of its group are old', async () => {
  const db = ledger.db();
  const layers = [personLayer(randomUUID(), { daily: 10 })];
  const first = ask(layers, 3);
  const granted = await charge(db, first);
  expect(granted).toMatchObject({ outcome: 'granted', units: 3 });
  const asked = '2000-01-01T00:00:00Z';
  const asks = [ask(layers, 1), ask(layers, 3, { key: first.key })];
  const [answers] = await chargeAll(db, [{ zone: 'UTC', layers, asked, asks }]);
  expect(answers).toEqual([{ outcome: 'stale' }, granted]);
  expect(await peekLedger(db, { units: 1, zone: 'UTC', layers })).toMatchObject([{ used: 3 }, {}, {}, {}]);
});
