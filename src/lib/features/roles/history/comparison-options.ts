import { comparisonKey, type Comparison } from './role-history-query';
import type { RoleVersion } from '$lib/core/roles/role-history';
import { relativeTime } from '$lib/ui/relative-time';

type Input = {
  versions: readonly RoleVersion[];
  /** Version that is shown, which is not compared with itself; null when none is. */
  shown: number | null;
  chosen: Comparison;
  others: readonly { id: string; name: string }[];
  now: Date;
};

/** Choices to compare a version with: the present, the other versions, the other roles. */
export function comparisonOptions({ versions, shown, chosen, others, now }: Input) {
  const hints = new Map(versions.map(({ seq, at }) => [seq, relativeTime(new Date(at), now)]));
  const numbers = [...hints.keys()].filter((seq) => seq !== shown);
  // A shared address may name a version further down than the list was fetched.
  if (chosen.kind === 'version' && !hints.has(chosen.seq)) numbers.push(chosen.seq);
  return [
    { value: 'now', label: 'Now' },
    ...numbers.map((seq) => ({
      value: comparisonKey({ kind: 'version', seq }),
      label: `Version ${seq}`,
      hint: hints.get(seq)
    })),
    ...others.map(({ id, name }) => ({
      value: comparisonKey({ kind: 'role', id }),
      label: name,
      hint: 'Role'
    }))
  ];
}
