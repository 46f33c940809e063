import { serverNow } from '$lib/client/api/server-clock';

export type TwoFactorWhen = 'now' | 'later';

/** The day after today as a date field writes it, in the zone of this device. */
export function tomorrow(now = new Date(serverNow())): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** ISO time of the first moment of a day on this device; undefined: at once; null: no day was chosen, or a past one. */
export function requiredFrom(when: TwoFactorWhen, day: string): string | null | undefined {
  if (when === 'now') return undefined;
  const from = new Date(`${day}T00:00:00`);
  return Number.isNaN(from.getTime()) || day < tomorrow() ? null : from.toISOString();
}
