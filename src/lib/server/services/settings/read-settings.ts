import { requirePermission } from '../../../core/access/access';
import {
  SECTION_PERMISSION,
  SECTION_READ_PERMISSION,
  SETTINGS_SECTIONS,
  type Settings,
  type SettingsSection
} from '../../../core/settings/settings';
import { readAdministrators } from '../../db/tables/administrators-table';
import type { Queryable } from '../../db/driver/client';
import { readSettingsRows } from '../../db/tables/settings-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { mailReaders } from '../stored-settings/mail-authors';
import { readSection } from '../stored-settings/read-section';
import { storedSection } from '../stored-settings/stored-section';

/** The sections somebody may see; the others are absent. */
export type SettingsAnswer = Partial<Settings> & {
  versions: Partial<Record<SettingsSection, number>>;
  /** Author and time of a section's last change; without an entry it is as it shipped. */
  changed: Partial<Record<SettingsSection, { by: string; at: string }>>;
  /** Sections the caller may change: true if so. */
  may: Record<SettingsSection, boolean>;
  /**
   * Names of those who set the mail server since a Super Administrator last saved it: links are mailed only to
   * accounts that all of them dominate. Null: nobody knows; absent with the section.
   */
  mailReaders?: string[] | null;
};

/** The settings of the installation, as far as the caller may see them (SET-1). */
export function readSettings(deps: Deps, caller: Caller): Promise<RefusalOr<SettingsAnswer>> {
  return ask<SettingsAnswer>(deps, caller, { name: 'settings.get', permission: null }, async (actor) => {
    const rows = new Map((await readSettingsRows(deps.db)).map((row) => [row.section, row]));
    const answer: SettingsAnswer = {
      versions: {},
      changed: {},
      may: Object.fromEntries(
        SETTINGS_SECTIONS.map((section) => [section, mayChange(actor, section)])
      ) as SettingsAnswer['may']
    };
    for (const section of SETTINGS_SECTIONS) {
      if (requirePermission(actor, SECTION_READ_PERMISSION[section])) continue;
      const row = rows.get(section);
      const { values, seq, authors } = storedSection(section, row);
      if (section === 'mail') answer.mailReaders = await namesOf(deps.db, mailReaders(authors));
      Object.assign(answer, { [section]: values });
      answer.versions[section] = seq;
      if (row) answer.changed[section] = { by: row.byName, at: row.at.toISOString() };
    }
    return { answer };
  });
}

async function namesOf(tx: Queryable, ids: readonly string[] | null): Promise<string[] | null> {
  if (ids === null || ids.length === 0) return ids && [];
  const known = await readAdministrators(tx, ids);
  return ids.map((id) => known.find((row) => row.id === id)?.name ?? 'someone who was deleted');
}

/** The installation's own look, which the sign-in page shows to everybody. */
export function readBranding(tx: Queryable): Promise<Settings['branding']> {
  return readSection(tx, 'branding');
}

function mayChange(actor: Parameters<typeof requirePermission>[0], section: SettingsSection): boolean {
  return requirePermission(actor, SECTION_PERMISSION[section]) === null;
}
