import { expect, test } from 'vitest';
import { chooseSeed } from '../tests/faults/random';
import { tamper, TAMPERINGS } from '../tests/faults/tampering';

// The short form of `npm run faults -- --only tampering`.
const seed = chooseSeed(process.env.FAULTS_SEED);

test('[LOG-6] tampering of every kind is found', async () => {
  const { missed, kinds } = await tamper(seed, TAMPERINGS.length * 40);
  expect(missed, `FAULTS_SEED=${seed}`).toEqual([]);
  expect(Object.keys(kinds).length).toBeGreaterThanOrEqual(12);
}, 60_000);
