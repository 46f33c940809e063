/** `npm run faults` sets this: as many trials as a release asks for. */
const FULL = process.env['FULL_TRIALS'] === '1';

/** How often something is tried that chance has a hand in: few times with every test run, often before a release. */
export function trials(few: number, full: number): number {
  return FULL ? full : few;
}

/** How long a test with trials may take, in milliseconds. */
export const TRIALS_TIMEOUT = FULL ? 3_600_000 : 180_000;

/**
 * How long something may take, in milliseconds: as long as is promised where nothing else runs on the machine, as in
 * `npm run faults`; among other tests it has to happen at all.
 */
export function within(ms: number): number {
  return FULL ? ms : ms + 30_000;
}
