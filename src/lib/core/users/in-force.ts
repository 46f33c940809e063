import { COUNTS, type CountId, type PackageCounts, type UserCounts } from '../packages/counts';
import {
  allowsMore,
  CAPS,
  type CapId,
  type CapLimit,
  type CapSetting,
  type CapSettings,
  type PlatformCaps
} from '../quotas/caps';

// What a user may send and have (QUO-1, TEN-2): what is the user's own, else what the package says, never above the platform's caps.

/** A cap in force and who sets it. */
export type UserCap = { limit: CapLimit; source: 'user' | 'package' | 'platform' };

/** A count in force and who sets it. */
export type UserCount = { limit: CapLimit; source: 'user' | 'package' };

/** The cap in force for a user; of equal ones the platform's, which nobody below can raise. */
export function userCap(platform: CapLimit, ofPackage: CapSetting, own: CapSetting): UserCap {
  const [set, source] = own !== 'inherit' ? [own, 'user' as const] : [ofPackage, 'package' as const];
  if (set === 'inherit' || set === platform || allowsMore(set, platform))
    return { limit: platform, source: 'platform' };
  return { limit: set, source };
}

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

/** How many caps and counts are a user's own. */
export function countOwn({ caps, counts }: { caps: CapSettings; counts: UserCounts }): number {
  return [...Object.values(caps), ...Object.values(counts)].filter((set) => set !== 'inherit').length;
}

function byId<I extends string, V>(kinds: readonly { id: I }[], value: (id: I) => V): Record<I, V> {
  return Object.fromEntries(kinds.map(({ id }) => [id, value(id)])) as Record<I, V>;
}
