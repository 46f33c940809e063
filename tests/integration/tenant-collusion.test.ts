import { expect, test } from 'vitest';
import { chooseSeed } from '../faults/random';
import { TENANT_FAULTS, tenantPlots } from '../faults/tenant-collusion';

const RUNS = 12_000;
const seed = chooseSeed(process.env.FAULTS_SEED);

test(`[ACC-1] [ACC-2] [ACC-4] [TEN-2] staff who plot together about users and packages gain nothing, in ${RUNS} runs`, () => {
  expect(tenantPlots(seed, RUNS), `FAULTS_SEED=${seed}`).toBeNull();
});

// The model is alive: a rule that is left out is found out.
test.each(TENANT_FAULTS)('the model notices that %s', (fault) => {
  expect(tenantPlots(1, RUNS, fault)?.problem).toMatch(/none of them held|was touched|sends more/);
});
