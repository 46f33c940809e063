import { expect, test } from 'vitest';
import { AskGate, askGate, TooManyAsks } from './ask-gate';

/** An ask that ends when it is told to. */
function slow() {
  let end: (how: 'well' | 'badly') => void = () => undefined;
  const done = new Promise<void>(
    (resolve, reject) => (end = (how) => (how === 'well' ? resolve() : reject(new Error('broken'))))
  );
  return { ask: () => done, end: (how: 'well' | 'badly' = 'well') => end(how) };
}

test('[QUO-5] so many asks at once, the rest in order, and none beyond those that may wait', async () => {
  const gate = new AskGate(2, 2);
  const asks = Array.from({ length: 5 }, slow);
  const begun: number[] = [];
  const ends = asks.map((each, n) => gate.run(() => (begun.push(n), each.ask())).then(() => 'done', String));
  expect(begun).toEqual([0, 1]);
  expect(await ends[4]).toContain('TooManyAsks');
  asks[0]!.end('badly');
  expect(await ends[0]).toContain('broken');
  expect(begun).toEqual([0, 1, 2]);
  asks[1]!.end();
  await ends[1];
  asks[2]!.end();
  asks[3]!.end();
  expect(await Promise.all(ends)).toMatchObject({ 1: 'done', 2: 'done', 3: 'done' });
  expect(begun).toEqual([0, 1, 2, 3]);
  // Everybody is gone: the gate is open again.
  await expect(gate.run(() => Promise.resolve('free'))).resolves.toBe('free');
  await expect(new AskGate(1, 0).run(() => Promise.resolve(1))).resolves.toBe(1);
});

test('[QUO-5] what goes on with something that had its turn waits behind nobody who begins', async () => {
  const gate = new AskGate(1);
  const first = slow();
  const order: string[] = [];
  const told = (name: string) => () => Promise.resolve(void order.push(name));
  const ends = [gate.run(first.ask), gate.run(told('reads')), gate.run(told('charges'), { next: true })];
  first.end();
  await Promise.all(ends);
  expect(order).toEqual(['charges', 'reads']);
});

test('[QUO-5] half of the connections are for asks, at least one', async () => {
  for (const [pool, most] of [
    [2, 1],
    [10, 5],
    [3, 1]
  ] as const) {
    const gate = askGate(pool);
    const asks = Array.from({ length: 20 }, slow);
    let under = 0;
    const ends = asks.map(({ ask }) => gate.run(() => (under++, ask())));
    await Promise.resolve();
    expect(under, `a pool of ${pool}`).toBe(most);
    for (const { end } of asks) end();
    await Promise.all(ends);
  }
  expect(new TooManyAsks('too many asks wait').message).toBe('too many asks wait');
});

test('[QUO-5] who waits too long is sent away, and keeps nobody else from their turn', async () => {
  const gate = new AskGate(1, 10, 20);
  const first = slow();
  const ended = gate.run(first.ask);
  const begun: string[] = [];
  const late = gate.run(() => Promise.resolve(begun.push('late')));
  await expect(late).rejects.toThrow(TooManyAsks);
  const next = gate.run(() => Promise.resolve(begun.push('next')));
  first.end();
  await Promise.all([ended, next]);
  expect(begun).toEqual(['next']);
});
