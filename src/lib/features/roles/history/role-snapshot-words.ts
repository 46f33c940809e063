import type { Comparison } from './role-history-query';
import type { Mark } from './comparison';
import { lowerFirst } from '$lib/core/wording/phrases';

/** Words for the two marks, by what is compared: "Added since", "Only in Sales". */
export function markWords(
  shown: { seq: number; name: string },
  other: Comparison,
  otherName: string
): Record<Mark, string> {
  if (other.kind === 'role') return { added: `Only in ${otherName}`, removed: `Only in ${shown.name}` };
  if (isEarlier(other, shown.seq)) return { added: 'Added', removed: 'Removed' };
  return { added: 'Added since', removed: 'Removed since' };
}

/** Words for the two values of a field: of the earlier side (which went) and of the later one (which came). */
export function sideWords(
  shown: { seq: number; name: string },
  other: Comparison,
  otherName: string
): Record<Mark, string> {
  if (other.kind === 'role') return { removed: shown.name, added: otherName };
  const here = `Version ${shown.seq}`;
  if (other.kind === 'now') return { removed: here, added: 'Now' };
  const there = `Version ${other.seq}`;
  return isEarlier(other, shown.seq) ? { removed: there, added: here } : { removed: here, added: there };
}

/** True if the version compared with came before this one: differences are told forwards in time. */
export function isEarlier(other: Comparison, seq: number): boolean {
  return other.kind === 'version' && other.seq < seq;
}

/** "3 permissions added since, 1 removed", "No difference". */
export function differenceWords(
  counts: { added: number; removed: number; fields: number },
  words: Readonly<Record<Mark, string>>
): string {
  const parts = [
    ...(counts.added > 0 ? [`${counts.added} ${lowerFirst(words.added)}`] : []),
    ...(counts.removed > 0 ? [`${counts.removed} ${lowerFirst(words.removed)}`] : []),
    ...(counts.fields > 0 ? [counts.fields === 1 ? '1 field differs' : `${counts.fields} fields differ`] : [])
  ];
  return parts.length === 0 ? 'No differences' : parts.join(' · ');
}
