/** The local date of a moment, `2026-03-29`: by the runtime's own calendar, which knows nothing of Postgres'. */
export function dateIn(zone: string, at: number): string {
  return formatOf(zone).format(at);
}

/** The first of a date's month, as a date. */
export function monthOf(date: string): string {
  return `${date.slice(0, 7)}-01`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
    formats.set(timeZone, format);
  }
  return format;
}
