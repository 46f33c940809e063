import { COUNTS, type CountId, type PackageCounts, type UserCounts } from '../packages/counts';
import {
  CAPS,
  type CapId,
  type CapLimit,
  type CapSettings,
  type PlatformCaps,
  type UserCap,
  userCap
} from '../quotas/caps';

// What a user may send and have (QUO-1, TEN-2): what is the user's own, else what the package says, never above the
// platform's caps.

/** A count in force and who sets it. */
export type UserCount = { limit: CapLimit; source: 'user' | 'package' };

/** All caps in force for a user. */
export function userCaps(
  platform: PlatformCaps,
  ofPackage: CapSettings,
  own: CapSettings
): Record<CapId, UserCap> {
  return byId(CAPS, (id) => userCap(platform[id], ofPackage[id], own[id]));
}

/** All counts in force for a user. */
export function userCounts(ofPackage: PackageCounts, own: UserCounts): Record<CountId, UserCount> {
  return byId(COUNTS, (id): UserCount => {
    const set = own[id];
    return set === 'inherit' ? { limit: ofPackage[id], source: 'package' } : { limit: set, source: 'user' };
  });
}

/** Number of caps and counts that are a user's own. */
export function countOwn({ caps, counts }: { caps: CapSettings; counts: UserCounts }): number {
  return [...Object.values(caps), ...Object.values(counts)].filter((set) => set !== 'inherit').length;
}

function byId<I extends string, V>(kinds: readonly { id: I }[], value: (id: I) => V): Record<I, V> {
  return Object.fromEntries(kinds.map(({ id }) => [id, value(id)])) as Record<I, V>;
}
