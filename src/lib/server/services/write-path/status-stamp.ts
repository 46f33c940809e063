import type { FieldStamp } from '../../db/schema/administrators';
import { stamped } from './setting-changes';

/**
 * The next version of a person or user whose status changes, and who changed it: what a later step is judged by that
 * ignored it.
 */
export function statusStamp(
  row: { seq: number; fieldSeq: Record<string, FieldStamp> },
  by: string
): { seq: number; fieldSeq: Record<string, FieldStamp> } {
  const seq = row.seq + 1;
  const changed = stamped([{ path: 'status', old: null, new: null }], { seq, by });
  return { seq, fieldSeq: { ...row.fieldSeq, ...changed } };
}
