import type { FieldValue, RefusalOf } from '../access/refusal';

/** The last change of a field. */
export type FieldChange = { seq: number; by: string; at: string };

/**
 * The conflict of a change whose author had seen another version than the one that changed the same field last; null:
 * nothing came between.
 * @param seen undefined: it is asked for knowingly, whatever happened
 */
export function changedSince(
  field: string,
  {
    change,
    seen,
    yours,
    theirs
  }: { change?: FieldChange | undefined; seen?: number | undefined; yours: FieldValue; theirs: FieldValue }
): RefusalOf<'conflict/changed-since'> | null {
  if (!change || seen === undefined || change.seq <= seen) return null;
  const { by, at, seq } = change;
  return { code: 'conflict/changed-since', field, yours, theirs, by, at, version: seq };
}
