import { z } from 'zod';
import { CAPS, type CapId, type CapSetting, type CapSettings } from '$lib/core/quotas/caps';
import { isPlainText } from '$lib/core/text/names';
import { CapSetting as CapSettingField, Email, PersonName } from './fields';

/** Rows in one call: a longer file goes in several. */
export const MAX_IMPORT_ROWS = 50;

/** A row of a CSV file as it was read: text, whatever is in it. */
export const RawImportRow = z.strictObject({
  line: z.number().int().min(1).max(1_000_000),
  name: z.string().max(1000),
  email: z.string().max(1000),
  role: z.string().max(1000).optional(),
  caps: z
    .partialRecord(z.enum(CAPS.map((cap) => cap.id) as [CapId, ...CapId[]]), z.string().max(100))
    .optional()
});

export type RawImportRow = z.infer<typeof RawImportRow>;

/** A row whose fields are well-formed. */
export type ImportRow = {
  line: number;
  name: string;
  email: string;
  /** Name or id of a role; none: the default one. */
  role: string | null;
  caps: Partial<CapSettings>;
};

/** What is wrong with a field of a row. */
export type RowProblem = { field: string; message: string };

/** Reads the fields of a row as the form would. The first one that cannot be used is named. */
export function readImportRow(raw: RawImportRow): { row: ImportRow } | { problem: RowProblem } {
  const name = PersonName.safeParse(raw.name);
  if (!name.success) return { problem: problemOf('name', name.error) };
  const email = Email.safeParse(raw.email);
  if (!email.success) return { problem: problemOf('email', email.error) };
  const caps: Partial<CapSettings> = {};
  for (const { id, label } of CAPS) {
    const text = (raw.caps?.[id] ?? '').trim();
    if (text === '') continue;
    const setting = CapSettingField.safeParse(capOf(text));
    if (!setting.success)
      return {
        problem: { field: id, message: `${label} must be a whole number, “inherit” or “unlimited”.` }
      };
    caps[id] = setting.data;
  }
  const role = raw.role?.trim() ?? '';
  if (!isPlainText(role))
    return { problem: { field: 'role', message: 'The role contains characters that can’t be displayed.' } };
  return {
    row: { line: raw.line, name: name.data, email: email.data, role: role === '' ? null : role, caps }
  };
}

function capOf(text: string): CapSetting | null {
  const lower = text.toLowerCase();
  if (lower === 'inherit' || lower === 'unlimited') return lower;
  return /^\d{1,13}$/.test(text) ? Number(text) : null;
}

function problemOf(field: string, error: z.ZodError): RowProblem {
  return { field, message: error.issues[0]?.message ?? 'This cannot be used.' };
}
