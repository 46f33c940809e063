import { COUNTS } from '$lib/core/packages/counts';
import { CAPS } from '$lib/core/quotas/caps';
import type { RawImportRow } from './import-row';
import type { RawUserRow } from './user-import-row';

/** Parts of one import: the longest file in calls of the fewest rows that its size leaves room for. */
export const MAX_IMPORT_PARTS = 500;

/**
 * The rows of one call of an import as one text, the same on both sides: its SHA-256 is how an import that began says
 * which rows it is about.
 */
export function importPartText(rows: readonly RawImportRow[]): string {
  return JSON.stringify(
    rows.map(({ line, name, email, role, caps }) => [line, name, email, role ?? null, inOrder(CAPS, caps)])
  );
}

/** The same of users. */
export function userPartText(rows: readonly RawUserRow[]): string {
  return JSON.stringify(
    rows.map((row) => [
      ...[row.line, row.name, row.email, row.package ?? null],
      ...[inOrder(CAPS, row.caps), inOrder(COUNTS, row.counts)]
    ])
  );
}

function inOrder<I extends string>(
  kinds: readonly { id: I }[],
  settings: Partial<Record<I, string | undefined>> | undefined
): (string | null)[] {
  return kinds.map(({ id }) => settings?.[id] ?? null);
}
