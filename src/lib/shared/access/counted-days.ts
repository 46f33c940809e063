const DAY_MS = 86_400_000;

/** Number of days for which something is counted: today is one. */
export function countedDays(since: string, now: Date): number {
  return Math.max(1, Math.floor((now.getTime() - Date.parse(since)) / DAY_MS) + 1);
}
