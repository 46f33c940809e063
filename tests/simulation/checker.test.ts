import { expect, test } from 'vitest';
import { FAULTS } from './faults';
import { play } from './run';

test('a seed tells the same story again, whatever was told before it', async () => {
  const seeds = Array.from({ length: 25 }, (_, n) => 700 + n);
  const traces = new Map<number, string>();
  for (const seed of seeds) traces.set(seed, (await play(seed)).trace);
  for (const seed of seeds.toReversed())
    expect((await play(seed)).trace, `seed ${seed}`).toBe(traces.get(seed));
  expect(new Set(traces.values()).size).toBe(seeds.length);
});

// The checker is alive: whatever is put wrong on purpose is found out, soon. Without a fault the same seeds pass.
test.each(Object.entries(FAULTS))('the checker notices that %s', async (_name, fault) => {
  for (let seed = 1; seed <= 500; seed++) {
    const { problems } = await play(seed, { fault });
    if (problems.length === 0) continue;
    expect((await play(seed)).problems, `seed ${seed} without the fault`).toEqual([]);
    return;
  }
  expect.fail('500 stories did not show it');
});
