/** The send caps of an administrator (ADM-2). A list, so that another can be added in one place. */
export const CAPS = [
  { id: 'hourly', label: 'Hourly rate', unit: 'messages per hour' },
  { id: 'daily', label: 'Daily limit', unit: 'messages per day' },
  { id: 'monthly', label: 'Monthly limit', unit: 'messages per month' },
  { id: 'threads', label: 'Maximum threads', unit: 'parallel connections' }
] as const;

export type CapId = (typeof CAPS)[number]['id'];

/** `inherit` follows the platform default; a number is a limit in the cap's unit. */
export type CapSetting = 'inherit' | 'unlimited' | number;

export type CapSettings = Record<CapId, CapSetting>;

/** Caps of somebody for whom nothing was set. */
export function inheritAll(): CapSettings {
  return { hourly: 'inherit', daily: 'inherit', monthly: 'inherit', threads: 'inherit' };
}
