import { test } from 'vitest';
import { FAULTS } from './faults';
import { play } from './run';
test('faults', async () => {
  const only = process.env.ONLY?.split(',');
  for (const [name, fault] of Object.entries(FAULTS)) {
    if (only && !only.includes(fault)) continue;
    let found = '';
    for (let seed = 1; seed <= Number(process.env.RUNS ?? 150) && !found; seed++) {
      const run = await play(seed, { fault });
      if (run.problems.length > 0) found = `seed ${seed}: ${run.problems[0]!.slice(0, 220)}`;
    }
    process.stdout.write(`${fault} (${name}): ${found || 'NOT FOUND'}\n`);
  }
});
