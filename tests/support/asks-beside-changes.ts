// What a change of a package may do to asks that are under way: nothing to those whom it does not concern, and to the
// others from its answer on.

/** An ask with its answer; `from`, `until`: when it was sent and answered, in milliseconds of one clock. */
export type Asked = { who: string; granted: boolean; from: number; until: number };

/** A change of the package; `bars`: with it nothing more is left for those who follow the package. */
export type Change = { bars: boolean; from: number; until: number };

/**
 * Asks whose answer is that of neither before nor after a change. While a change is under way, for those who follow
 * the package either is right.
 * @param changes in their order, one after the other
 */
export function wrongAnswers(
  asked: readonly Asked[],
  changes: readonly Change[],
  followsPackage: (who: string) => boolean
): Asked[] {
  return asked.filter(({ who, granted, from, until }) => {
    if (!followsPackage(who)) return !granted;
    if (changes.some((change) => change.from < until && change.until > from)) return false;
    const stands = changes.findLast((change) => change.until <= from);
    return granted === (stands?.bars ?? false);
  });
}

/** Number of times each was granted one. */
export function grantedOf(asked: readonly Asked[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { who, granted } of asked) if (granted) sums.set(who, (sums.get(who) ?? 0) + 1);
  return sums;
}
