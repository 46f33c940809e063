import type { TotalCell } from '$lib/documents/cells';
import { CAPS, type CapId } from '$lib/core/quotas/caps';
import { PACE_MINUTES } from '$lib/core/quotas/account';
import type { SenderView } from './sending-query';

/** Units of all together in each of the last minutes, the one that runs last. */
export function sumMinutes(senders: readonly SenderView[]): number[] {
  const sums = Array.from({ length: PACE_MINUTES }, () => 0);
  for (const { row } of senders) row.minutes.forEach((units, at) => (sums[at]! += units));
  return sums;
}

/** The caps of everybody together that have a limit. */
export function limitedCaps(total: TotalCell): CapId[] {
  return CAPS.map(({ id }) => id).filter((id) => total[id].limit !== 'unlimited');
}
