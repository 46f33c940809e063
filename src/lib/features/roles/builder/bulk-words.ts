import { counted } from '$lib/ui/counted';
import type { Reversal } from './edit-history';
import type { BulkOutcome } from './role-builder.svelte';

const permissions = (count: number) => (count === 1 ? '1 permission' : `${counted(count)} permissions`);

/** "Unticked 3 permissions found by “purge”", and what stays as it was. */
export function bulkWords({ changed, barred }: BulkOutcome, on: boolean, where: string): string {
  const left = barred.length === 0 ? '' : `${permissions(barred.length)} you can’t ${on ? 'tick' : 'untick'}`;
  if (changed === 0)
    return left ? `Nothing changed: ${left}` : `Nothing to ${on ? 'tick' : 'untick'} ${where}`;
  return `${on ? 'Ticked' : 'Unticked'} ${permissions(changed)} ${where}${left ? `, not ${left}` : ''}`;
}

/** Permissions that an undo or redo left alone, in words; null when it did all that was asked. */
export function reversalWords({ skipped }: Reversal): string | null {
  if (skipped.length === 0) return null;
  return `${permissions(skipped.length)} ${skipped.length === 1 ? 'stays' : 'stay'}: changed by someone else since`;
}
