import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach } from 'vitest';

/**
 * Set-up of the tests that talk to Postgres: none begins right before midnight, where days and months of caps turn
 * (UTC), and what was used is nothing again in the middle of a test.
 */
const DAY_MS = 86_400_000;
/** Longer than one test that counts takes. */
const CLEAR_MS = 60_000;

beforeEach(async () => {
  const left = DAY_MS - (Date.now() % DAY_MS);
  if (left < CLEAR_MS) await sleep(left + 100);
});
