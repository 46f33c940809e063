import { clockOptions } from './clock-options';

/**
 * "9 PM", "9:30 PM", "21:00"; with the day in front of it where it changes, "Nov 28, 9 PM"; the day alone for steps
 * of a day and more. Never seconds, and no leading zero where the clock has twelve hours.
 * @param before the moment of the label to the left; null: there is none
 */
export function axisTime(
  at: number,
  {
    step,
    before,
    locale,
    timeZone
  }: { step: number; before: number | null; locale?: string; timeZone?: string }
): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat(locale, {
    ...zone,
    day: 'numeric',
    month: 'short',
    ...(step >= 28 * 86_400 ? { year: 'numeric' } : {})
  });
  if (step >= 86_400) return day.format(at);
  const changes = before !== null && day.format(at) !== day.format(before);
  return changes
    ? `${day.format(at)}, ${clockTime(at, { locale, timeZone })}`
    : clockTime(at, { locale, timeZone });
}

/** "9 PM" of a whole hour with a clock of twelve, "9:05 PM", "21:05". */
export function clockTime(
  at: number,
  { locale, timeZone }: { locale?: string; timeZone?: string } = {}
): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const options = { ...zone, ...clockOptions(locale) };
  const format = new Intl.DateTimeFormat(locale, options);
  const isWhole = format.formatToParts(at).find(({ type }) => type === 'minute')?.value === '00';
  return options.hour === 'numeric' && isWhole
    ? new Intl.DateTimeFormat(locale, { ...zone, hour: 'numeric' }).format(at)
    : format.format(at);
}
