import type { SettingsSection } from '$lib/core/settings/settings';

/** Changed fields of a section as they were typed, with the version that was on screen when that began. */
export type SectionDraft = { typed: Record<string, unknown>; seen: number };
export type SettingsDraft = Partial<Record<SettingsSection, SectionDraft>>;

/** Part of a section's form that a draft is taken from and put back into. */
type Form = { draft: object; seen: number; touched(): readonly string[] };

/** Draft of one section, without its password; null: nothing was changed. */
export function sectionDraft(form: Form): SectionDraft | null {
  const draft = JSON.parse(JSON.stringify(form.draft)) as Record<string, unknown>;
  const fields = form.touched().filter((field) => field !== 'password');
  if (fields.length === 0) return null;
  return { typed: Object.fromEntries(fields.map((field) => [field, draft[field]])), seen: form.seen };
}

/** Puts it back into the form, which shows what is in force. */
export function restoreSection(form: Form, { typed, seen }: SectionDraft): void {
  Object.assign(form.draft, typed);
  if (form.touched().length > 0) form.seen = seen;
}
