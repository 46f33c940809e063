import {
  CAPS,
  userCap,
  type CapId,
  type CapLimit,
  type CapSettings,
  type PlatformCaps
} from '../quotas/caps';
import { COUNTS, type CountId, type PackageCounts, type UserCounts } from './counts';

// What a change of a package would do to its users, before it is made (TEN-2).

/** A user of the package. `used`: how much of each cap is used now; null: nothing was ever sent. */
export type PackageUser = {
  id: string;
  name: string;
  caps: CapSettings;
  counts: UserCounts;
  used: Readonly<Record<CapId, number>> | null;
};

/** Some of the users that something concerns; `count` is of all of them. */
export type SomeUsers = { count: number; first: { id: string; name: string }[] };

/** Preview of what a limit becomes for those who follow the package. */
export type LimitPreview<I extends string> = {
  id: I;
  /** Null: the platform's value, which is not shown to everybody. */
  from: CapLimit | null;
  to: CapLimit | null;
  /** Those who follow the package. */
  affected: SomeUsers;
  /** Those whose own setting stays. */
  keep: SomeUsers;
};

export type CapPreview = LimitPreview<CapId> & {
  /** Those of the affected who used more than the new cap already, most first. */
  over: { count: number; first: { id: string; name: string; used: number }[] };
};

/** So many are named of each, to whoever may see users. */
export const NAMED = 20;

/**
 * The caps in force that another setting of the package would change. `showsPlatform`: values of the platform may
 * be told; `named`: how many users are.
 */
export function previewCaps(
  given: { platform: PlatformCaps; caps: CapSettings; showsPlatform: boolean; named: number },
  change: Partial<CapSettings>,
  users: readonly PackageUser[]
): CapPreview[] {
  return CAPS.flatMap(({ id }) => {
    const [from, to] = [given.caps, { ...given.caps, ...change }].map((caps) =>
      userCap(given.platform[id], caps[id], 'inherit')
    ) as [ReturnType<typeof userCap>, ReturnType<typeof userCap>];
    if (from.limit === to.limit) return [];
    const { affected, keep } = split(users, ({ caps }) => caps[id]);
    const told = ({ limit, source }: typeof from) =>
      source === 'platform' && !given.showsPlatform ? null : limit;
    const over = affected
      .map((user) => ({ id: user.id, name: user.name, used: user.used?.[id] ?? 0 }))
      .filter(({ used }) => to.limit !== 'unlimited' && used > to.limit)
      .sort((a, b) => b.used - a.used);
    return [
      {
        ...{
          id,
          from: told(from),
          to: told(to),
          affected: some(affected, given.named),
          keep: some(keep, given.named)
        },
        over: { count: over.length, first: over.slice(0, given.named) }
      }
    ];
  });
}

/** The same of counts, of which the governed platform knows how many there are. */
export function previewCounts(
  { counts, named }: { counts: PackageCounts; named: number },
  change: Partial<PackageCounts>,
  users: readonly PackageUser[]
): LimitPreview<CountId>[] {
  return COUNTS.flatMap(({ id }) => {
    const to = change[id];
    if (to === undefined || to === counts[id]) return [];
    const { affected, keep } = split(users, (user) => user.counts[id]);
    return [{ id, from: counts[id], to, affected: some(affected, named), keep: some(keep, named) }];
  });
}

function split(users: readonly PackageUser[], own: (user: PackageUser) => 'inherit' | CapLimit) {
  return {
    affected: users.filter((user) => own(user) === 'inherit'),
    keep: users.filter((user) => own(user) !== 'inherit')
  };
}

function some(users: readonly PackageUser[], named: number): SomeUsers {
  return { count: users.length, first: users.slice(0, named).map(({ id, name }) => ({ id, name })) };
}
