/** Format of a clock here: without a leading zero where it has twelve hours, with one where it has twenty-four. */
export function clockOptions(locale?: string): { hour: 'numeric' | '2-digit'; minute: '2-digit' } {
  const { hour12 } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  return { hour: hour12 === true ? 'numeric' : '2-digit', minute: '2-digit' };
}
