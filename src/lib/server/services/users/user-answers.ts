import type { UserSignIn } from './sign-in-facts';
import type { Refusal } from '../../../core/access/refusal';
import type { CountId, UserCounts } from '../../../core/packages/counts';
import type { CapId, CapSettings, UserCap } from '../../../core/quotas/caps';
import type { RefusedPart } from '../../../core/roles/roles';
import type { UserCount } from '../../../core/users/in-force';
import type { OwnBrand } from '../../../core/users/own-brand';
import type { UserStatus } from '../../../core/users/user-status';

/** A user as whoever may see users is told of it. Times are ISO 8601. */
export type UserView = {
  id: string;
  name: string;
  /** Empty once the account is closed. */
  email: string;
  /** The status in force when this was asked. */
  status: UserStatus;
  /** Reason, start and author of a suspension, or of a closing under way or done; null: the user is active. */
  statusReason: string | null;
  statusSince: string | null;
  statusBy: string | null;
  /** Time the suspension ends by itself; null: it does not, or there is none. */
  suspendedUntil: string | null;
  /** Time the closing is over; null: none is under way. */
  closesAt: string | null;
  package: { id: string; name: string };
  /** Caps and counts set for the user. */
  caps: CapSettings;
  counts: UserCounts;
  effective: {
    /** Null where the platform's own value binds and whoever asks may not see it. */
    caps: Record<CapId, UserCap | null>;
    counts: Record<CountId, UserCount>;
  };
  ipAllowlist: string[];
  /** Null: the installation's. */
  timeZone: string | null;
  /** Sending names of the user besides the address. */
  sendingNames: string[];
  seq: number;
  createdAt: string;
};

export type UserDetail = UserView & {
  /** Branding of the user's own console; a field that is null is as the installation has it. */
  brand: OwnBrand;
  /** Null of somebody closed. */
  signIn: UserSignIn | null;
  /** Reason whoever asks may not change this user; null: they may, with the permissions. */
  barred: Refusal | null;
};

export type UserPage = { items: UserView[]; next: string | null };
export type UserCreateAnswer = { id: string; seq: number };
export type UserUpdateAnswer = { seq: number; applied: string[]; refused: RefusedPart[] };
export type UserStatusAnswer = { seq: number };
export type UserBulkAnswer = { results: { id: string; refused: Refusal | null }[] };
export type UserImportResult = {
  line: number;
  refused: Refusal | null;
  /** Id of the user that was made; null in a dry run and for a refused row. */
  id: string | null;
};
export type UserImportAnswer = { results: UserImportResult[] };
