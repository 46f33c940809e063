import { SHIPPED_SETTINGS, type Settings, type SettingsSection } from '../../../core/settings/settings';
import type { Queryable } from '../../db/driver/client';
import { readSettingsRow } from '../../db/tables/settings-table';

/** One section as it is in force: what was set, over what ships. */
export async function readSection<S extends SettingsSection>(
  tx: Queryable,
  section: S
): Promise<Settings[S]> {
  return withShipped(section, (await readSettingsRow(tx, section))?.value);
}

/**
 * A stored section completed with what ships: a setting that came with a later version has its default. What is
 * stored beside the settings (a sealed password, who changed what) is left out.
 */
export function withShipped<S extends SettingsSection>(section: S, stored: unknown): Settings[S] {
  const shipped = SHIPPED_SETTINGS[section];
  const found = { ...shipped, ...(stored as Partial<Settings[S]> | undefined) };
  const known = Object.keys(shipped) as (keyof Settings[S])[];
  return known.reduce((values, field) => ({ ...values, [field]: found[field] }), shipped);
}
