import { expect, test } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import { BulkChunks, chunksOf } from './bulk-chunks.svelte';

class Lost extends Error {}
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

function job(answers: (Error | 'ok')[], size = 2) {
  const sent: { items: readonly number[]; op: string }[] = [];
  let ops = 0;
  const chunks = new BulkChunks<number, number>({
    chunks: chunksOf([1, 2, 3, 4, 5], size),
    send: (items, op) => {
      sent.push({ items, op });
      const answer = answers.shift() ?? 'ok';
      return answer === 'ok' ? Promise.resolve(items.map((item) => item * 10)) : Promise.reject(answer);
    },
    newOp: () => `op-${++ops}`,
    refusalOf: (error) => (error instanceof Refused ? error.refusal : null),
    isConnectionFault: (error) =>
      error instanceof Lost || (error instanceof Refused && error.refusal.code === 'busy'),
    wait: () => Promise.resolve()
  });
  return { chunks, sent };
}

test('[ADM-10] sends everything in order, in parts that are not too large', async () => {
  const { chunks, sent } = job([]);
  await chunks.run();
  expect(chunks.status).toEqual({ state: 'finished' });
  expect(sent.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
  expect(new Set(sent.map(({ op }) => op)).size).toBe(3);
  expect(chunks.results).toEqual([10, 20, 30, 40, 50]);
  expect(chunks.done).toBe(chunks.total);
});

test('[ADM-10] a chunk without an answer is sent again as the same operation', async () => {
  const { chunks, sent } = job(['ok', new Lost(), new Refused({ code: 'busy', retryAfter: 1 }), 'ok', 'ok']);
  await chunks.run();
  expect(chunks.status).toEqual({ state: 'finished' });
  expect(sent.slice(1, 4).map(({ op }) => op)).toEqual(['op-2', 'op-2', 'op-2']);
  expect(chunks.results).toHaveLength(5);
});

test('[ADM-10] a server that asks for patience slows it down, and ends nothing', async () => {
  const busy = new Refused({ code: 'busy', retryAfter: 1 });
  const { chunks, sent } = job(['ok', ...Array.from({ length: 20 }, () => busy)]);
  await chunks.run();
  expect(chunks.status).toEqual({ state: 'finished' });
  expect(new Set(sent.slice(1, 22).map(({ op }) => op))).toEqual(new Set(['op-2']));
  expect(chunks.results).toEqual([10, 20, 30, 40, 50]);
});

test('[ADM-10] stays interrupted after some tries, and goes on with the same operation', async () => {
  const { chunks, sent } = job(['ok', new Lost(), new Lost(), new Lost()]);
  await chunks.run();
  expect(chunks.status).toEqual({ state: 'interrupted' });
  expect(chunks.left).toEqual([3, 4, 5]);
  await chunks.run();
  expect(chunks.status).toEqual({ state: 'finished' });
  expect(sent.slice(1, 5).every(({ op }) => op === 'op-2')).toBe(true);
  expect(chunks.results).toEqual([10, 20, 30, 40, 50]);
});

test('[ADM-10] stops between two parts, and says what is left', async () => {
  const { chunks, sent } = job([]);
  const running = chunks.run();
  chunks.stop();
  await running;
  expect(chunks.status).toEqual({ state: 'stopped' });
  expect(sent).toHaveLength(1);
  expect(chunks.left).toEqual([3, 4, 5]);
});

test('[ADM-10] a refusal of the whole ends it with its reason', async () => {
  const refusal: Refusal = {
    code: 'access/permission-required',
    permission: 'people.administrators.bulk_edit'
  };
  const { chunks, sent } = job(['ok', new Refused(refusal)]);
  await chunks.run();
  expect(chunks.status).toEqual({ state: 'refused', refusal });
  expect(sent).toHaveLength(2);
});
