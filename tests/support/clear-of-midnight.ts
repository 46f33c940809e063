import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach } from 'vitest';

/**
 * Set-up of the tests that talk to Postgres: none begins right before midnight, where days and months of caps turn
 * (UTC), and what was used is nothing again in the middle of a test, or between what is set up for it and the test.
 */
const DAY_MS = 86_400_000;
/** Longer than one test that counts takes. */
const CLEAR_MS = 60_000;
/** Longer than a file of such tests takes, from its set-up on. */
const CLEAR_FOR_FILE_MS = 180_000;

const clearFor = async (ms: number) => {
  const left = DAY_MS - (Date.now() % DAY_MS);
  if (left < ms) await sleep(left + 100);
};

beforeAll(() => clearFor(CLEAR_FOR_FILE_MS));
beforeEach(() => clearFor(CLEAR_MS));
