import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { play } from './run';

test('one', async () => {
  const first = Number(process.env.SEED ?? 1);
  const runs = Number(process.env.RUNS ?? 1);
  const start = performance.now();
  const cpu = process.cpuUsage();
  const bad: number[] = [];
  const sum = { events: 0, edits: 0, answered: 0, refused: 0, deaths: 0, entries: 0 };
  for (let seed = first; seed < first + runs; seed++) {
    const run = await play(seed, { tell: false, fault: (process.env.FAULT as never) ?? null });
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run.figures[key] / runs;
    if (run.problems.length > 0) {
      if (bad.length < 8) process.stdout.write(`seed ${seed}: ${run.problems.slice(0, 4).join('\n   ')}\n`);
      bad.push(seed);
      const again = await play(seed, { tell: true });
      writeFileSync(`/tmp/story-${seed}`, again.story.join('\n') + '\n' + again.problems.join('\n'));
      process.stdout.write(`${run.trace === again.trace ? 'same' : 'DIFFERENT'} trace\n`);
    }
    if (process.env.STORY) {
      const again = await play(seed, { tell: true });
      writeFileSync(`/tmp/story-${seed}`, again.story.join('\n') + '\n' + again.problems.join('\n'));
      process.stdout.write(`${run.trace === again.trace ? 'same' : 'DIFFERENT'} trace\n`);
    }
  }
  process.stdout.write(`${(process.cpuUsage(cpu).user / 1000 / runs).toFixed(1)} ms cpu; ${runs} seeds, ${bad.length} bad ${bad.slice(0, 20).join()}, ${((performance.now() - start) / runs).toFixed(2)} ms per seed, ${JSON.stringify(sum)}\n`);
  expect(1).toEqual(1);
});
