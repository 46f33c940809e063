import { CAPS, type CapId, type CapSetting, type CapSettings } from '$lib/core/quotas/caps';
import { typedNumber } from '$lib/core/text/whole-number';
import { counted } from '$lib/ui/counted';

/** A cap as the form holds it: off inherits; on is what was typed, or no limit. */
export type CapEntry = { on: boolean; unlimited: boolean; text: string };
export type CapEntries = Record<CapId, CapEntry>;

const MOST = 1e12;

export function emptyCaps(): CapEntries {
  return Object.fromEntries(
    CAPS.map(({ id }) => [id, { on: false, unlimited: false, text: '' }])
  ) as CapEntries;
}

/** Form entry that shows a setting. */
export function capEntry(setting: CapSetting): CapEntry {
  return {
    on: setting !== 'inherit',
    unlimited: setting === 'unlimited',
    text: typeof setting === 'number' ? counted(setting) : ''
  };
}

/** Setting that an entry stands for; null when what was typed is no number from 0 to 10^12. */
export function capSetting({ on, unlimited, text }: CapEntry): CapSetting | null {
  if (!on) return 'inherit';
  if (unlimited) return 'unlimited';
  const value = typedNumber(text);
  return value !== null && value <= MOST ? value : null;
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
