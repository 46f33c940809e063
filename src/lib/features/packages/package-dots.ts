import { isFull, partUsed } from '$lib/core/quotas/gauge-look';
import type { SenderRow } from '$lib/shared/indexes/gauges.svelte';
import type { UserEntry } from '$lib/shared/indexes/tenants.svelte';

export type UserDot = { id: string; name: string; part: number; stopped: boolean };

/**
 * Users of each package on the line of their daily limit, by package; those without a limit or a number are left
 * out.
 */
export function dotsByPackage(
  users: readonly UserEntry[],
  gaugeOf: (userId: string) => SenderRow | null
): ReadonlyMap<string, UserDot[]> {
  const dots = new Map<string, UserDot[]>();
  for (const { id, name, packageId, status } of users) {
    const gauge = status === 'closed' ? null : gaugeOf(id);
    const part = gauge && partUsed(gauge.daily);
    if (gauge === null || part === null) continue;
    const of = dots.get(packageId);
    const dot = { id, name, part, stopped: isFull(gauge.daily) };
    if (of) of.push(dot);
    else dots.set(packageId, [dot]);
  }
  return dots;
}
