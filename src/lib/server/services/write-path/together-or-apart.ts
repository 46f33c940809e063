import { sqlState } from '../../db/driver/client';
import { isPassing } from './faults';

/**
 * State classes of what the database refuses for what it is: data that it cannot hold, that breaks a rule, is too much,
 * or that a function of ours refuses.
 */
const REFUSED = /^(22|23|54|P0)/;

export type NotWritten<T> = {
  /** Items that can be written later: what was in the way passes. */
  left: T[];
  /** Error that was in the way of them. */
  because: unknown;
};

/**
 * Writes gathered items together. Where the database refuses that for good, parts of them are written apart, so that
 * one that can never be written holds up none of the others: it is told to `lost` and given up. Null: nothing is left.
 * @param write writes all that it is given, or nothing of it
 */
export async function togetherOrApart<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<void>,
  lost: (error: unknown, item: T) => void
): Promise<NotWritten<T> | null> {
  try {
    await write(items);
    return null;
  } catch (error) {
    if (mayPass(error)) return { left: [...items], because: error };
    if (items.length === 1) {
      lost(error, items[0]!);
      return null;
    }
  }
  // By halves: one among thousands costs a few statements, not thousands.
  const half = Math.ceil(items.length / 2);
  const first = await togetherOrApart(items.slice(0, half), write, lost);
  // While something is in the way, the others wait as well.
  if (first) return { ...first, left: [...first.left, ...items.slice(half)] };
  return togetherOrApart(items.slice(half), write, lost);
}

/**
 * True unless an error is of the item itself: one of the database about its data, or of what cannot even be put
 * together. All else may be mended from outside, however long that takes.
 */
function mayPass(error: unknown): boolean {
  if (isPassing(error)) return true;
  const state = sqlState(error);
  return state === null ? isOfTheSystem(error) : !REFUSED.test(state);
}

/** True if an error, or its cause, has a code of the system, such as `EHOSTUNREACH`; Node's own are none. */
function isOfTheSystem(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && !at.code.startsWith('ERR_')) return true;
  return false;
}
