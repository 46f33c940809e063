const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Calendar days between two instants in the viewer's zone; positive when `then` lies before `now`. */
function daysBetween(then: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(then)) / DAY);
}

/**
 * "12 s", "3 m ago", "1 h ago", "Yesterday", "6 d ago", then a date.
 * `short` drops the "ago" (feed columns). A moment in the future (clocks differ) reads as now.
 */
export function relativeTime(
  then: Date,
  now: Date,
  { short = false, locale }: { short?: boolean; locale?: string } = {}
): string {
  const past = now.getTime() - then.getTime();
  const ago = short ? '' : ' ago';
  if (past < 1000) return 'now';
  if (past < MINUTE) return `${Math.floor(past / 1000)} s${ago}`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} m${ago}`;
  const days = daysBetween(then, now);
  if (past < DAY && (days === 0 || past < 12 * HOUR)) return `${Math.floor(past / HOUR)} h${ago}`;
  if (days <= 1) return 'Yesterday';
  if (days < 7) return `${days} d${ago}`;
  return shortDate(then, locale);
}

/** "12 Jan 2024" in the viewer's locale and zone. */
export function shortDate(date: Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' }).format(date);
}

/** The exact moment with zone, for titles. */
export function exactTime(date: Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(date);
}
