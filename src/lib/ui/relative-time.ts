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

const DAY_OF_YEAR_FORMAT = { day: 'numeric', month: 'short' } as const;
const DAY_FORMAT = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const EXACT_FORMAT = { dateStyle: 'medium', timeStyle: 'long' } as const;

/** "12 Jan" in the viewer's locale and zone. */
export function dayOfYear(date: Date, locale?: string): string {
  return formatter(DAY_OF_YEAR_FORMAT, locale).format(date);
}

/** "12 Jan 2024" in the viewer's locale and zone. */
export function shortDate(date: Date, locale?: string): string {
  return formatter(DAY_FORMAT, locale).format(date);
}

/** The exact moment with zone, for titles. */
export function exactTime(date: Date, locale?: string): string {
  return formatter(EXACT_FORMAT, locale).format(date);
}

const made = new Map<Intl.DateTimeFormatOptions, Map<string | undefined, Intl.DateTimeFormat>>();

/** Made once: a list has several in each row, and to make one takes longer than to draw the row. */
function formatter(options: Intl.DateTimeFormatOptions, locale: string | undefined): Intl.DateTimeFormat {
  const ofOptions = made.get(options) ?? new Map<string | undefined, Intl.DateTimeFormat>();
  made.set(options, ofOptions);
  const format = ofOptions.get(locale) ?? new Intl.DateTimeFormat(locale, options);
  ofOptions.set(locale, format);
  return format;
}
