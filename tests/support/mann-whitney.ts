/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * True if two samples come from different distributions, by more than chance and by more than `tolerance`: the
 * medians are further apart, and the Mann-Whitney U test is significant at 0.1 %.
 */
export function differ(a: readonly number[], b: readonly number[], tolerance: number): boolean {
  if (Math.abs(median(a) - median(b)) <= tolerance) return false;
  let u = 0;
  for (const x of a) for (const y of b) u += x > y ? 1 : x === y ? 0.5 : 0;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return Math.abs(u - mean) / deviation > 3.29;
}
