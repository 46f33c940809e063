import { PACE_MINUTES } from '$lib/core/quotas/account';
import type { SenderView } from './sending-query';

/** Units of all together in each of the last minutes, the one that runs last. */
export function sumMinutes(senders: readonly SenderView[]): number[] {
  const sums = Array.from({ length: PACE_MINUTES }, () => 0);
  for (const { row } of senders) row.minutes.forEach((units, at) => (sums[at]! += units));
  return sums;
}
