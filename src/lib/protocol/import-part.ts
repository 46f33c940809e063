import { CAPS } from '$lib/core/quotas/caps';
import type { RawImportRow } from './import-row';

/** Parts of one import: the longest file in calls of the fewest rows that its size leaves room for. */
export const MAX_IMPORT_PARTS = 500;

/**
 * The rows of one call of an import as one text, the same on both sides: its SHA-256 is how an import that began says which rows
 * it is about.
 */
export function importPartText(rows: readonly RawImportRow[]): string {
  return JSON.stringify(
    rows.map(({ line, name, email, role, caps }) => [
      line,
      name,
      email,
      role ?? null,
      CAPS.map(({ id }) => caps?.[id] ?? null)
    ])
  );
}
