import type { Refusal } from '../../../core/access/refusal';

/**
 * Number of people who get another package or role at most when theirs is deleted. It is one transaction, in which
 * each of them has an entry: whoever asks waits for it, and so does whoever changes one of them (decision 0070).
 */
const MOVED_AT_ONCE = 10_000;

/**
 * Refusal of a deletion that would move too many; null: it would not.
 * @param what "users"
 */
export function tooManyMoved(moved: number, what: string, field: string): Refusal | null {
  if (moved <= MOVED_AT_ONCE) return null;
  const [many, most] = [moved, MOVED_AT_ONCE].map((number) => number.toLocaleString('en'));
  return {
    ...{ code: 'input/invalid', field },
    message: `Move some of the ${many} ${what} first: at most ${most} can be moved at once.`
  };
}
