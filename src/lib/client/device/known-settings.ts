import { SETTINGS_SECTIONS, type SettingsSection } from '$lib/core/settings/settings';
import type { api } from '../api/api';

/** Settings as the server gives them: the sections that this person may see. */
export type KnownSettings = Awaited<ReturnType<typeof api.settings.get.query>>;

/** The same with these sections alone. */
export function onlySections(known: KnownSettings, sections: readonly SettingsSection[]): KnownSettings {
  const { versions, changed, may } = known;
  const kept = SETTINGS_SECTIONS.filter(
    (section) => sections.includes(section) && versions[section] !== undefined
  );
  const of = <T>(values: Partial<Record<SettingsSection, T>>) =>
    Object.fromEntries(
      kept.flatMap((section) => (values[section] === undefined ? [] : [[section, values[section]]]))
    );
  return {
    ...of(known as Partial<Record<SettingsSection, unknown>>),
    versions: of(versions),
    changed: of(changed),
    may
  };
}
