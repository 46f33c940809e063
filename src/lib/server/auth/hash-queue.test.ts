import { expect, test } from 'vitest';
import { HashQueue, HashQueueFull } from './hash-queue';

/** Work that ends when it is told to. */
function held() {
  let end = () => undefined as void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ended, end };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

test('[A-07] a crowd that has failed lately leaves places to those who have not, and waits behind them', async () => {
  const queue = new HashQueue({ atWork: 2, waiting: 4, kept: 2 });
  const order: string[] = [];
  const busy = [held(), held()];
  const running = busy.map(({ work }) => queue.run(work, false));
  const asked = (name: string, goesFirst: boolean) => queue.run(async () => void order.push(name), goesFirst);
  const waiting = [asked('failed 1', false), asked('failed 2', false)];
  await expect(asked('failed 3', false)).rejects.toThrow(HashQueueFull);
  waiting.push(asked('honest 1', true), asked('honest 2', true));
  await expect(asked('honest 3', true)).rejects.toThrow(HashQueueFull);
  expect(order).toEqual([]);
  busy[0]!.end();
  await Promise.all(waiting);
  expect(order).toEqual(['honest 1', 'honest 2', 'failed 1', 'failed 2']);
  busy[1]!.end();
  await Promise.all(running);
});

test('never are more at work than may be, and a failure frees its place', async () => {
  const queue = new HashQueue({ atWork: 2, waiting: 100, kept: 10 });
  let [atWork, most] = [0, 0];
  const work = async (n: number) => {
    most = Math.max(most, ++atWork);
    await soon();
    atWork--;
    if (n % 3 === 0) throw new Error('it failed');
  };
  const done = await Promise.allSettled(
    Array.from({ length: 60 }, (_, n) => queue.run(() => work(n), n % 2 === 0))
  );
  expect(most).toBe(2);
  expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(20);
  await expect(queue.run(async () => 'free again', false)).resolves.toBe('free again');
});
