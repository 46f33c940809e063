import type { Settings, SettingsSection } from '../../../core/settings/settings';
import type { FieldStamp } from '../../db/schema/administrators';
import type { SettingsRow } from '../../db/tables/settings-table';
import type { MailAuthors } from './mail-authors';
import { withShipped } from './read-section';

/** A section with what is stored beside it. */
export type StoredSection<S extends SettingsSection> = {
  values: Settings[S];
  seq: number;
  /** Field → its last change. */
  changed: Readonly<Record<string, FieldStamp>>;
  /** The sealed password of the mail server, in base64; null when there is none. */
  passwordSealed: string | null;
  /** Authors of the mail server's fields; null: nobody knows, and so for other sections. */
  authors: MailAuthors | null;
};

/** Reads the row of a section; none: it is as it ships. */
export function storedSection<S extends SettingsSection>(
  section: S,
  row: SettingsRow | null | undefined
): StoredSection<S> {
  const { changed, passwordSealed, authors } = (row?.value ?? {}) as Partial<StoredSection<S>>;
  return {
    values: withShipped(section, row?.value),
    seq: row?.seq ?? 0,
    changed: changed ?? {},
    passwordSealed: passwordSealed ?? null,
    authors: authors ?? (row ? null : {})
  };
}

/** Value stored for a section. */
export function sectionValue<S extends SettingsSection>({
  values,
  changed,
  passwordSealed,
  authors
}: Omit<StoredSection<S>, 'seq'>): object {
  return {
    ...values,
    changed,
    ...(passwordSealed === null ? {} : { passwordSealed }),
    ...(authors === null ? {} : { authors })
  };
}
