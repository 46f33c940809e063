/** `npm run faults` sets this: as many trials as a release asks for. */
const FULL = process.env['FULL_TRIALS'] === '1';

/** Number of tries of something that chance has a hand in: few with every test run, many before a release. */
export function trials(few: number, full: number): number {
  return FULL ? full : few;
}

/** Time limit of a test with trials, in milliseconds. */
export const TRIALS_TIMEOUT = FULL ? 3_600_000 : 600_000;

/**
 * Time that something may take, in milliseconds: as long as is promised where nothing else runs on the machine, as in
 * `npm run faults`; among other tests it has to happen at all.
 */
export function within(ms: number): number {
  return FULL ? ms : ms + 30_000;
}
