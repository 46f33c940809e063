import postgres from 'postgres';
import { expect, test } from 'vitest';
import { DatabaseUnavailable } from '../../db/driver/transaction';
import { togetherOrApart } from './together-or-apart';

function postgresError(code: string): Error {
  return Object.assign(new postgres.PostgresError(code), { code });
}

test.each(['22P05', '22003', '23514', '54000', 'P0001'])(
  'what the database refuses as it is, is given up: %s',
  async (code) => {
    expect((await play((item) => (item === 2 ? postgresError(code) : null))).lost).toEqual([2]);
  }
);

function play(fault: (item: number) => Error | null) {
  const written: number[] = [];
  const lost: number[] = [];
  const write = (items: readonly number[]) => {
    for (const item of items) {
      const error = fault(item);
      if (error) return Promise.reject(error);
    }
    written.push(...items);
    return Promise.resolve();
  };
  const done = togetherOrApart([1, 2, 3, 4], write, (_, item) => lost.push(item));
  return done.then((left) => ({ left: left?.left ?? [], written, lost }));
}

test('one that can never be written is given up, and the others are written once', async () => {
  expect(await play((item) => (item === 2 ? new Error('no such character') : null))).toEqual({
    left: [],
    written: [1, 3, 4],
    lost: [2]
  });
});

test('what passes is waited for: with all of them, and from the first that meets it', async () => {
  const away = new DatabaseUnavailable('away');
  expect(await play(() => away)).toEqual({ left: [1, 2, 3, 4], written: [], lost: [] });
  // A database without a name, one that only reads, a statement that took too long, a right that is missing for now.
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ENETDOWN'])
    expect((await play(() => Object.assign(new Error(code), { code }))).lost).toEqual([]);
  for (const code of ['25006', '57014', '58030', '42501', '42P01', '40001'])
    expect((await play(() => postgresError(code))).lost).toEqual([]);
  let tries = 0;
  expect(await play((item) => (tries++ === 0 ? new Error('no') : item === 3 ? away : null))).toEqual({
    left: [3, 4],
    written: [1, 2],
    lost: []
  });
});

test('one among a thousand that can never be written costs a few writes', async () => {
  let writes = 0;
  const write = (items: readonly number[]) => {
    writes += 1;
    return items.includes(700) ? Promise.reject(postgresError('22P05')) : Promise.resolve();
  };
  const lost: number[] = [];
  const all = Array.from({ length: 1000 }, (_, n) => n);
  expect(await togetherOrApart(all, write, (_, item) => lost.push(item))).toBeNull();
  expect(lost).toEqual([700]);
  expect(writes).toBeLessThan(25);
});
