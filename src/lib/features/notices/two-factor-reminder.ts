import type { Me } from '$lib/client/api/who-am-i';

const DAY_MS = 86_400_000;
/** Days before the date from which on the reminder does not go away. */
const LAST_DAYS = 7;

export type TwoFactorReminder = { from: Date; /** Whole days left. */ days: number; dismissible: boolean };

/**
 * The reminder that a second factor will be required (AUT-2); null when there is nothing to say. It can be put off
 * for a day until a week before the date.
 * @param dismissedOn the local day on which it was last put off: `2026-11-22`
 */
export function twoFactorReminder(
  { on, required, from }: Pick<Me['twoFactor'], 'on' | 'required' | 'from'>,
  now: Date,
  dismissedOn: string | null
): TwoFactorReminder | null {
  if (on || required || from === null) return null;
  const date = new Date(from);
  const left = date.getTime() - now.getTime();
  if (Number.isNaN(left) || left <= 0) return null;
  const dismissible = left > LAST_DAYS * DAY_MS;
  if (dismissible && dismissedOn === localDay(now)) return null;
  return { from: date, days: Math.floor(left / DAY_MS), dismissible };
}

/** `2026-11-22`, as the person's calendar has it. */
export function localDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
