import type { CatalogueIndex } from '../catalogue';
import type { PermissionBits } from './permission-bits';
import type { SendPause } from './sending';

/** Kinds of principals that questions are asked about (CONTRACT: `subject.type`). */
export const SUBJECT_KINDS = ['administrator', 'user', 'application'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** Whoever may do something, as far as decisions need it. */
export type Principal = {
  kind: SubjectKind;
  id: string;
  name: string;
  /** Address in the form in which addresses are compared (`emailKey`); null: it has none. */
  email: string | null;
  roleId: string;
  owner: boolean;
  /** `closed`: deactivated or deleted, and kept for the log; of a user, being closed as well. */
  status: 'active' | 'suspended' | 'closed';
  /**
   * Moment at which a user's suspension ends by itself, in milliseconds of the epoch; null: it does not, or there
   * is none.
   */
  suspendedUntil: number | null;
  /** True once somebody proved to be this person: the first sign-in is over. Always true of applications. */
  activated: boolean;
  /**
   * Moment since which nobody answers for an application, in milliseconds of the epoch; null: somebody does, or
   * need not.
   */
  stewardGoneAt: number | null;
  /** Moment at which it ends, in milliseconds of the epoch; null: it does not. */
  endsAt: number | null;
  /** `own`: its own records alone (TEN-3). */
  scope: 'platform' | 'own';
  /** Their sending is paused; absent: it is not. */
  pause?: SendPause;
};

export type DecidingRole = {
  id: string;
  name: string;
  bits: PermissionBits;
};

/** View of what decisions are made of: the principals, and what roles grant, at one moment. */
export type DecisionView = {
  readonly catalogue: CatalogueIndex;
  /** Action id → its place in the bits of roles. */
  readonly places: ReadonlyMap<string, number>;
  /** The principal of a kind and id. */
  principal(kind: SubjectKind, id: string): Principal | undefined;
  /** Somebody by the address they sign in with: whoever is closed has none. */
  byEmail(kind: SubjectKind, email: string): Principal | undefined;
  role(id: string): DecidingRole | undefined;
  /** Everybody's sending is paused; null or absent: it is not. */
  readonly pause?: SendPause | null;
};
