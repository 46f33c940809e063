import { clockOptions } from './clock-options';

/** A calendar day of the viewer and what happened on it. */
export type Day<T> = { key: string; label: string; items: T[] };

/** Groups what comes newest first by the viewer's calendar days: "Today", "Yesterday", "Friday, 20 November 2026". */
export function byDay<T extends { at: string }>(items: readonly T[], now: Date, locale?: string): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const moment = new Date(item.at);
    const key = keyOf(moment);
    const day = days.at(-1);
    if (day?.key === key) day.items.push(item);
    else days.push({ key, label: labelOf(moment, now, locale), items: [item] });
  }
  return days;
}

function keyOf(moment: Date): string {
  return `${moment.getFullYear()}-${moment.getMonth() + 1}-${moment.getDate()}`;
}

function labelOf(moment: Date, now: Date, locale: string | undefined): string {
  if (keyOf(moment) === keyOf(now)) return 'Today';
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (keyOf(moment) === keyOf(yesterday)) return 'Yesterday';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full' }).format(moment);
}

/** "14:03" in the viewer's zone and locale. */
export function clockTime(at: string, locale?: string): string {
  return new Date(at).toLocaleTimeString(locale, clockOptions(locale));
}
