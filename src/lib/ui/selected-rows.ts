/**
 * Rows from one to another in the order of the screen, both included; the second alone when the first is not shown.
 */
export function rangeBetween(shown: readonly string[], from: string | null, to: string): string[] {
  const start = from === null ? -1 : shown.indexOf(from);
  const end = shown.indexOf(to);
  if (start < 0 || end < 0) return [to];
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1);
}

/** Share of these rows that is selected, all, some, or none: the box in the head of the list. */
export function coverage(shown: readonly string[], selected: ReadonlySet<string>): 'all' | 'some' | 'none' {
  if (selected.size === 0) return 'none';
  const hits = shown.reduce((sum, id) => sum + Number(selected.has(id)), 0);
  if (hits === 0) return 'none';
  return hits === shown.length ? 'all' : 'some';
}
