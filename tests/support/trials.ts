/** `npm run faults` sets this: as many trials as a release asks for. */
const FULL = process.env['FULL_TRIALS'] === '1';

/** How often something is tried that chance has a hand in: few times with every test run, often before a release. */
export function trials(few: number, full: number): number {
  return FULL ? full : few;
}

/** How long a test with trials may take, in milliseconds. */
export const TRIALS_TIMEOUT = FULL ? 3_600_000 : 180_000;
