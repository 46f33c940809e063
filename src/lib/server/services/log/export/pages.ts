import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '../../write-path/faults';

/** Numbers looked through by the first question, and by the largest one. */
const FIRST_WINDOW = 2_000;
const LARGEST_WINDOW = 1_000_000;
/** A question that takes less asks for more the next time, one that takes longer for less. */
const SOON_MS = 150;
const LATE_MS = 600;
/** Entries read, written and forgotten together. */
export const PAGE = 1_000;

/**
 * Goes through the numbers from 1 to `upTo`, in questions that are never long, whatever plan the database makes of
 * them: a filter that few entries fit is asked for wide stretches where an index answers, for short ones where each
 * entry is looked at.
 * @param find the matching numbers above `after` up to `upTo`, smallest first, `limit` at most
 */
export async function* matchingPages(
  upTo: number,
  find: (range: { after: number; upTo: number; limit: number }) => Promise<number[]>,
  now: () => number = () => performance.now()
): AsyncGenerator<{ numbers: number[]; position: number }> {
  let after = 0;
  let window = FIRST_WINDOW;
  while (after < upTo) {
    const end = Math.min(upTo, after + window);
    const began = now();
    const numbers = await patiently(() => find({ after, upTo: end, limit: PAGE }));
    const took = now() - began;
    if (took < SOON_MS) window = Math.min(LARGEST_WINDOW, window * 2);
    else if (took > LATE_MS) window = Math.max(FIRST_WINDOW, Math.floor(window / 2));
    after = numbers.length === PAGE ? numbers.at(-1)! : end;
    yield { numbers, position: after };
  }
}

const WAITS_MS = [200, 500, 1000, 2000, 3000];

/** Asks again while the database is away for a moment: an export need not break off for that. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const wait = WAITS_MS[attempt];
      if (wait === undefined || !isPassing(error)) throw error;
      await sleep(wait);
    }
  }
}
