import type { CountId, PackageCounts } from '../../../core/packages/counts';
import type { CapPreview, LimitPreview } from '../../../core/packages/preview';
import type { PackageSwitches } from '../../../core/packages/switches';
import type { CapSettings } from '../../../core/quotas/caps';
import type { RefusedPart } from '../../../core/roles/roles';

/** A package as whoever may see packages is told of it. */
export type PackageView = {
  id: string;
  name: string;
  role: { id: string; name: string };
  /** Number of users that have it. */
  users: number;
  caps: CapSettings;
  counts: PackageCounts;
  switches: PackageSwitches;
  seq: number;
  /** ISO 8601. */
  createdAt: string;
};

export type PackageCreateAnswer = { id: string; seq: number };
export type PackageUpdateAnswer = { seq: number; applied: string[]; refused: RefusedPart[] };
/** `moved`: how many users got the other package. */
export type PackageDeleteAnswer = { moved: number };

/** One change of a package. */
export type PackageVersion = {
  /** The number of its entry in the log; null: not numbered yet. */
  entry: number | null;
  /** ISO 8601. */
  at: string;
  by: { id: string | null; name: string | null };
  action: 'package.created' | 'package.updated' | 'package.deleted';
  change: { path: string; old: unknown; new: unknown }[];
};
/** Newest first. */
export type PackageHistoryPage = { items: PackageVersion[]; next: string | null };

export type PackagePreview = {
  /** Number of users that have the package. */
  users: number;
  /** Caps that change. */
  caps: CapPreview[];
  /** Counts that change. */
  counts: LimitPreview<CountId>[];
  /** Permissions its users gain and lose; null: the role stays. */
  role: { gained: string[]; lost: string[] } | null;
};
