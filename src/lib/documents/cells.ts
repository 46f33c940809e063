import type { PackageCounts } from '../core/packages/counts';
import type { PackageSwitches } from '../core/packages/switches';
import type { CapSettings } from '../core/quotas/caps';
import type { UserStatus } from '../core/users/user-status';
import type { CapUsages, Pause, Sender } from '../core/quotas/cap-usage';

// The shapes of the cells in the documents. JSON only: a reader in any language sees plain values.

export type RoleSummary = {
  name: string;
  description: string;
  /** Administrators who have it, or users whose package has it. */
  members: number;
  /** Number of packages that give it to users; absent of a role of administrators. */
  packages?: number;
  /** Number of permissions that the role holds. */
  count: number;
  require2fa: boolean;
  locked: boolean;
  /** The role's version: it grows with every committed edit. */
  seq: number;
};

/** A role as lists show it. */
export type RoleCell = RoleSummary & {
  /** Permissions that it holds (core/roles/held-mask); absent: all of them, or an older version wrote it. */
  held?: string;
};

export type PermissionCell = { on: boolean; by: string; at: string };

/** `required`: asked for, now or from a date on, and not set up. */
export type TwoFactorState = 'on' | 'required' | 'off';
/** `must-change`: an initial password or an invitation waits to be used. `deactivated`: kept, without a way in. */
export type PersonStatus = 'active' | 'must-change' | 'suspended' | 'deactivated';

export type PersonSummary = {
  name: string;
  email: string;
  roleId: string;
  owner: boolean;
  twoFactor: TwoFactorState;
  /** ISO time from which a second factor is required; null: at once, or not at all. */
  twoFactorFrom: string | null;
  status: PersonStatus;
  /**
   * Link or initial password that waits to be used, until an ISO time; null: none; absent: written by an older
   * version. `by`: id of whoever made it; null: a rescue did; absent: an older version wrote it.
   */
  activation?: { invited: boolean; expires: string; by?: string | null } | null;
  /** ISO time of the last activity known to the server; null when never signed in. */
  lastActive: string | null;
  created: string;
  /** The record's version: it grows with every committed change. */
  seq: number;
};

/**
 * A key that works, as a list shows it: nothing of where it is used from, which no device keeps. Times are ISO
 * 8601.
 */
export type KeyCell = {
  id: string;
  name: string;
  prefix: string;
  last4: string;
  createdAt: string;
  madeBy: string;
  expiresAt: string;
  retiresAt: string | null;
  replacedBy: string | null;
};

export type ApplicationSummary = {
  name: string;
  roleId: string;
  /** Id of the steward who answers for it; null: nobody. */
  stewardId: string | null;
  /** Time at which it is suspended because nobody answers for it, ISO 8601; null: somebody does. */
  stewardlessUntil: string | null;
  /** Status as it was set: what time does to it is not in here. */
  status: 'active' | 'suspended';
  perMinute: number | null;
  createdAt: string;
  seq: number;
  keys: KeyCell[];
};

/** A user as lists show it. Times are ISO 8601. */
export type UserSummary = {
  name: string;
  /** Empty once the account is closed. */
  email: string;
  /** Status as it was set: what time makes of it says core's `statusAt`. */
  status: UserStatus;
  /** Time at which the suspension ends by itself; null: it does not, or there is none. */
  suspendedUntil: string | null;
  /** Time at which the closing is over; null: none is under way. */
  closesAt: string | null;
  packageId: string;
  packageName: string;
  /** Number of caps and counts that are the user's own. */
  own: number;
  createdAt: string;
  seq: number;
};

export type PackageSummary = {
  name: string;
  roleId: string;
  roleName: string;
  /** Number of users who have it. */
  users: number;
  caps: CapSettings;
  counts: PackageCounts;
  switches: PackageSwitches;
  seq: number;
};

export type FeedEntry = {
  /** The gap-free number of the entry. */
  id: number;
  at: string;
  actor: {
    id: string | null;
    name: string | null;
    /** Absent: an administrator, the system, or nobody that is known. */
    type?: 'user' | 'application';
  };
  /** The user in whose place it was done; absent: nobody's (TEN-6). */
  onBehalfOf?: { id: string; name: string };
  action: string;
  target: { type: string; id: string; name: string | null };
  outcome: 'success' | 'denied' | 'error';
  ip: string | null;
  /** A human sentence without the actor: "Signed in", "Ticked 3 permissions in Support". */
  summary: string;
  /** Details of the same: factor, reason, device. */
  detail: string;
};

/** Caps of a sender: how they stand, as `caps.usage` answers it, and how fast they send. */
export type SenderCell = CapUsages & {
  sender: Sender & { status: 'active' | 'suspended' | 'closed' };
  /** Units of each of the last minutes, the one that runs last (core/quotas/account). */
  minutes: number[];
};

/** Caps of everybody together: how they stand, and how fast everybody sends. */
export type TotalCell = CapUsages & Pick<SenderCell, 'minutes'>;

/** State that concerns everybody who sends. */
export type PlatformCell = {
  paused: Pause | null;
  /** Null: there is no limit of everybody, or this is the document of one person. */
  total: TotalCell | null;
  /** Shares of a cap at which alerts are sent, in percent. */
  marks: [number, number];
};

/** Number of entries that the feed document keeps. */
export const FEED_LENGTH = 500;
