/** "23 November 2026" in the viewer's locale and zone. */
export function dateWords(date: Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(date);
}

/** "23 November 2026 at 14:05" in the viewer's locale and zone. */
export function dateTimeWords(date: Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' }).format(date);
}
