import { expect, test } from 'vitest';
import { FAULTS, plot, plots } from '../faults/collusion';
import { chooseSeed } from '../faults/random';

// The short form of what `npm run faults` plays more often.
const RUNS = 12_000;
const seed = chooseSeed(process.env.FAULTS_SEED);

test(`[ACC-1] [ACC-2] [ACC-3] [ACC-4] [APP-5] administrators who plot together gain nothing, by keys either, in ${RUNS} runs`, () => {
  expect(plots(seed, RUNS), `FAULTS_SEED=${seed}`).toBeNull();
});

test('a seed plays the same run again', () => {
  const found = plots(1, RUNS, FAULTS[0])!;
  expect(plot(found.seed, FAULTS[0])).toEqual(found);
});

// The model is alive: a rule that is left out is found out.
test.each(FAULTS)('the model notices that %s', (fault) => {
  const found = plots(1, RUNS, fault);
  expect(found?.problem).toMatch(/which none of them held|own account|was touched/);
});
