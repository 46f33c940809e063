import { sqlState } from '../../db/driver/client';
import { isPassing } from './faults';

/** State class of a transaction that lost a race: tried again it may come through. */
const ROLLED_BACK = '40';

export type NotWritten<T> = {
  /** Items that can be written later: what was in the way passes. */
  left: T[];
  /** Error that was in the way of them. */
  because: unknown;
};

/**
 * Writes gathered items together. Where the database refuses that for good, each is written alone, so that one that
 * can never be written holds up none of the others: it is told to `lost` and given up. Null: nothing is left.
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
  const left: T[] = [];
  let because: unknown = null;
  for (const item of items) {
    // While something is in the way, the others wait as well.
    const kept = left.length > 0 ? { left: [item], because } : await togetherOrApart([item], write, lost);
    if (!kept) continue;
    left.push(...kept.left);
    because = kept.because;
  }
  return left.length > 0 ? { left, because } : null;
}

function mayPass(error: unknown): boolean {
  return isPassing(error) || (sqlState(error)?.startsWith(ROLLED_BACK) ?? false);
}
