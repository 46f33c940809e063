import { z } from 'zod';
import { CAPS, type CapId, type CapSettings } from '$lib/core/quotas/caps';
import { isPlainText } from '$lib/core/text/names';
import { typedNumber } from '$lib/core/text/whole-number';
import { CapSetting, Email, PersonName } from './fields';

/** Rows in one call: a longer file goes in several. */
export const MAX_IMPORT_ROWS = 50;

/** Settings of a row as they were read, by id. */
export const rawSettings = <I extends string>(kinds: readonly { id: I }[]) =>
  z.partialRecord(z.enum(kinds.map(({ id }) => id) as [I, ...I[]]), z.string().max(100)).optional();

/** Fields that every row of a CSV file has, as it was read: text, whatever is in it. */
export const RAW_ROW = {
  line: z.number().int().min(1).max(1_000_000),
  name: z.string().max(1000),
  email: z.string().max(1000)
};

/** A row about an administrator. */
export const RawImportRow = z.strictObject({
  ...RAW_ROW,
  role: z.string().max(1000).optional(),
  caps: rawSettings(CAPS)
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

export type RowProblem = { field: string; message: string };

/** A well-formed row, or the first of its fields that cannot be used. */
export type ReadRow<R> = { row: R } | { problem: RowProblem };

/** Reads the fields of a row as the form would. */
export function readImportRow(raw: RawImportRow): ReadRow<ImportRow> {
  const who = readWho(raw);
  if ('problem' in who) return who;
  const caps = readSettings<CapId, CapSettings[CapId]>(CAPS, raw.caps, CapSetting);
  if ('problem' in caps) return caps;
  const role = readNamed('role', 'The role', raw.role);
  if ('problem' in role) return role;
  return { row: { line: raw.line, ...who.row, role: role.row, caps: caps.row } };
}

/** Name and address of a row. */
export function readWho(raw: { name: string; email: string }): ReadRow<{ name: string; email: string }> {
  const name = PersonName.safeParse(raw.name);
  if (!name.success) return { problem: problemOf('name', name.error) };
  const email = Email.safeParse(raw.email);
  if (!email.success) return { problem: problemOf('email', email.error) };
  return { row: { name: name.data, email: email.data } };
}

/** The name or id of another record; null: the row names none. */
export function readNamed(field: string, label: string, text = ''): ReadRow<string | null> {
  const named = text.trim();
  if (!isPlainText(named))
    return { problem: { field, message: `${label} contains characters that can’t be displayed.` } };
  return { row: named === '' ? null : named };
}

/** Settings of a row: what is empty is left out. */
export function readSettings<I extends string, V>(
  kinds: readonly { id: I; label: string }[],
  raw: Partial<Record<I, string | undefined>> | undefined,
  schema: z.ZodType<V>
): ReadRow<Partial<Record<I, V>>> {
  const row: Partial<Record<I, V>> = {};
  for (const { id, label } of kinds) {
    const text = (raw?.[id] ?? '').trim();
    if (text === '') continue;
    const setting = schema.safeParse(settingOf(text));
    if (!setting.success)
      return {
        problem: { field: id, message: `${label} must be a whole number, “inherit” or “unlimited”.` }
      };
    row[id] = setting.data;
  }
  return { row };
}

function settingOf(text: string): 'inherit' | 'unlimited' | number | null {
  const lower = text.toLowerCase();
  return lower === 'inherit' || lower === 'unlimited' ? lower : typedNumber(text);
}

function problemOf(field: string, error: z.ZodError): RowProblem {
  return { field, message: error.issues[0]?.message ?? 'This cannot be used.' };
}
