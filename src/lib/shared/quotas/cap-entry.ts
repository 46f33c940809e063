import { CAPS, type CapId, type CapSetting, type CapSettings } from '$lib/core/quotas/caps';

/** A cap as the form holds it: off inherits; on is what was typed, or no limit. */
export type CapEntry = { on: boolean; unlimited: boolean; text: string };
export type CapEntries = Record<CapId, CapEntry>;

const MOST = 1e12;
/** Digits, alone or grouped by thousands as people write them: 10000, 10,000, 10 000, 10.000. */
const WHOLE = /^\d+$|^\d{1,3}(?:([ ,.'’\u00A0\u202F])\d{3})(?:\1\d{3})*$/u;

export function emptyCaps(): CapEntries {
  return Object.fromEntries(
    CAPS.map(({ id }) => [id, { on: false, unlimited: false, text: '' }])
  ) as CapEntries;
}

/** How the form shows a setting. */
export function capEntry(setting: CapSetting): CapEntry {
  return {
    on: setting !== 'inherit',
    unlimited: setting === 'unlimited',
    text: typeof setting === 'number' ? setting.toLocaleString() : ''
  };
}

export function capEntries(settings: CapSettings): CapEntries {
  return Object.fromEntries(CAPS.map(({ id }) => [id, capEntry(settings[id])])) as CapEntries;
}

/** What an entry stands for; null when what was typed is no number from 0 to 10^12. */
export function capSetting({ on, unlimited, text }: CapEntry): CapSetting | null {
  if (!on) return 'inherit';
  if (unlimited) return 'unlimited';
  const typed = text.trim();
  if (!WHOLE.test(typed)) return null;
  const value = Number(typed.replace(/\D/gu, ''));
  return value <= MOST ? value : null;
}

/** The caps that do not inherit; null when one of them cannot be read. */
export function capSettings(entries: CapEntries): Partial<CapSettings> | null {
  const settings: Partial<CapSettings> = {};
  for (const { id } of CAPS) {
    const setting = capSetting(entries[id]);
    if (setting === null) return null;
    if (setting !== 'inherit') settings[id] = setting;
  }
  return settings;
}
