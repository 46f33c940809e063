import { expect, test, vi } from 'vitest';
import { subjectLayer } from '../../../core/quotas/layers';
import type { Database } from '../../db/driver/client';
import type { Ask } from '../../db/tables/ledger-table';
import { AskGate, TooManyAsks } from './ask-gate';
import { MergedAsks } from './merged-asks';

/** A database that answers when it is told to, and what it was asked. */
function slowDatabase() {
  const questions: ((row: object) => void)[] = [];
  const execute = () => new Promise((resolve) => questions.push((row) => resolve([row])));
  return { db: { execute } as unknown as Database, questions };
}

const PERSON = { type: 'administrator', id: 'olga@northwind.example' } as const;
const FACTS = {
  place: 1,
  type: 'administrator',
  id: 'olga',
  name: 'Olga',
  gone: false,
  suspendedUntil: null,
  closesAt: null,
  status: 'active',
  raises: [],
  pauses: [],
  revision: '7'
};
const UNLIMITED = {
  hourly: 'unlimited',
  daily: 'unlimited',
  monthly: 'unlimited',
  threads: 'unlimited'
} as const;
const ask = (id: string, n: number): Ask => ({
  ...{ caller: 'c', key: `${id}-${n}`, hash: new Uint8Array(1), id: `${id}-${n}`, units: 1, partial: false },
  ...{ ttlSeconds: null, zone: 'UTC', asked: null },
  layers: [subjectLayer({ type: 'administrator', id }, { platform: UNLIMITED, own: UNLIMITED, raises: [] })]
});
const decided = (groups: number) => ({
  answer: Array.from({ length: groups }, () => ({
    ...{ outcome: 'decided', granted: [1], gauges: [], refused: {}, others: {}, revision: 1 }
  }))
});

const asked = (questions: readonly unknown[], n: number) =>
  vi.waitFor(() => expect(questions).toHaveLength(n), 20_000);

test('[QUO-8] whoever asks after a reading began has one of their own; those who wait for a turn share one', async () => {
  const { db, questions } = slowDatabase();
  const batcher = new MergedAsks(db, new AskGate(2));
  const first = batcher.senderStateOf(PERSON);
  expect(batcher.senderStateOf(PERSON)).toBe(first);
  await asked(questions, 1);
  const [second, third] = [batcher.senderStateOf(PERSON), batcher.senderStateOf(PERSON)];
  expect(second).not.toBe(first);
  expect(third).toBe(second);
  questions[0]!({ ...FACTS, status: 'active' });
  expect((await first).bar).toBeNull();
  await asked(questions, 2);
  const fourth = batcher.senderStateOf(PERSON);
  expect(fourth).not.toBe(second);
  questions[1]!({ ...FACTS, status: 'suspended' });
  expect((await second).bar).toEqual({ reason: 'suspended' });
  await asked(questions, 3);
  questions[2]!(FACTS);
  expect((await fourth).bar).toBeNull();
});

test('[QUO-4] how several subjects stand is read by one statement', async () => {
  const row = { ...FACTS, name: 'Omar', place: 2 };
  const execute = vi.fn(() => Promise.resolve([row, { ...FACTS, name: 'Olga' }]));
  const batcher = new MergedAsks({ execute } as unknown as Database, new AskGate(2));
  const states = ['olga@northwind.example', 'omar@northwind.example'].map((id) =>
    batcher.senderStateOf({ id })
  );
  expect((await Promise.all(states)).map(({ name }) => name)).toEqual(['Olga', 'Omar']);
  expect(execute).toHaveBeenCalledTimes(1);
});

test('[QUO-4] asks of one subject wait for its statement under way, and go together; another subject’s do not', async () => {
  const { db, questions } = slowDatabase();
  const batcher = new MergedAsks(db, new AskGate(2));
  const first = batcher.charge(ask('olga', 1));
  await asked(questions, 1);
  const waiting = [batcher.charge(ask('olga', 2)), batcher.charge(ask('olga', 3))];
  const other = batcher.charge(ask('omar', 1));
  await asked(questions, 2);
  questions[1]!(decided(1));
  expect(await other).toMatchObject({ outcome: 'granted', id: 'omar-1' });
  expect(questions).toHaveLength(2);
  questions[0]!(decided(1));
  expect(await first).toMatchObject({ outcome: 'granted', id: 'olga-1' });
  await asked(questions, 3);
  questions[2]!(decided(2));
  expect(await Promise.all(waiting)).toMatchObject([{ id: 'olga-2' }, { id: 'olga-3' }]);
});

test('[QUO-4] of two asks with the same key the second one waits for the first', async () => {
  const { db, questions } = slowDatabase();
  const batcher = new MergedAsks(db, new AskGate(2));
  const twice = [batcher.charge(ask('olga', 1)), batcher.charge(ask('olga', 1))];
  await asked(questions, 1);
  questions[0]!(decided(1));
  await twice[0];
  await asked(questions, 2);
  questions[1]!(decided(1));
  expect(await Promise.all(twice)).toMatchObject([{ id: 'olga-1' }, { id: 'olga-1' }]);
});

test('[QUO-5] where no turn comes, those who wait are told', async () => {
  const { db, questions } = slowDatabase();
  const gate = new AskGate(1, 0);
  const batcher = new MergedAsks(db, gate);
  let end = () => {};
  const under = gate.run(() => new Promise<void>((done) => (end = done)));
  await expect(batcher.charge(ask('olga', 1))).rejects.toThrow(TooManyAsks);
  end();
  await under;
  const again = batcher.charge(ask('olga', 2));
  await asked(questions, 1);
  questions[0]!(decided(1));
  expect(await again).toMatchObject({ outcome: 'granted' });
});

test('[QUO-5] one that the database rejects fails no other that was asked for with it', async () => {
  const executed: number[] = [];
  const execute = (query: { queryChunks?: unknown[] }) => {
    const text = JSON.stringify(query);
    executed.push(text.length);
    if (text.includes('ledger_charge_all')) return Promise.reject(new Error('numeric value out of range'));
    if (text.includes('bad-1')) return Promise.reject(new Error('numeric value out of range'));
    return Promise.resolve([{ answer: { outcome: 'refused', gauges: [] } }]);
  };
  const gate = new AskGate(1);
  const batcher = new MergedAsks({ execute } as unknown as Database, gate);
  let go: () => void = () => undefined;
  const busy = gate.run(() => new Promise<void>((resolve) => (go = resolve)));
  const ends = [
    batcher.charge(ask('good', 1)),
    batcher.charge(ask('bad', 1)),
    batcher.charge(ask('other', 1))
  ];
  const settled = Promise.allSettled(ends);
  go();
  await busy;
  expect(await settled).toMatchObject([
    { status: 'fulfilled', value: { outcome: 'refused' } },
    { status: 'rejected', reason: { message: 'numeric value out of range' } },
    { status: 'fulfilled', value: { outcome: 'refused' } }
  ]);
});
