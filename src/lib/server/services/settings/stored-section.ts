import type { Settings, SettingsSection } from '../../../core/settings';
import type { FieldStamp } from '../../db/schema';
import type { SettingsRow } from '../../db/settings-table';
import { withShipped } from './read-section';

/** A section with what is stored beside it. */
export type StoredSection<S extends SettingsSection> = {
  values: Settings[S];
  seq: number;
  /** Field → its last change. */
  changed: Readonly<Record<string, FieldStamp>>;
  /** The sealed password of the mail server, in base64; null when there is none. */
  passwordSealed: string | null;
};

/** Reads the row of a section; none: it is as it ships. */
export function storedSection<S extends SettingsSection>(
  section: S,
  row: SettingsRow | null | undefined
): StoredSection<S> {
  const { changed, passwordSealed } = (row?.value ?? {}) as Partial<StoredSection<S>>;
  return {
    values: withShipped(section, row?.value),
    seq: row?.seq ?? 0,
    changed: changed ?? {},
    passwordSealed: passwordSealed ?? null
  };
}

/** What is stored of a section. */
export function sectionValue<S extends SettingsSection>({
  values,
  changed,
  passwordSealed
}: Omit<StoredSection<S>, 'seq'>): object {
  return { ...values, changed, ...(passwordSealed === null ? {} : { passwordSealed }) };
}
