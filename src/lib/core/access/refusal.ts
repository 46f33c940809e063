import type { KeyProblem } from '../applications/keys';
import type { CapId, CapLimit } from '../quotas/caps';
import type { SignInStep } from '../sign-in/sign-in-step';
import type { TwoFactorSource } from '../sign-in/two-factor';

/**
 * A refusal is a value, not a fault: the decision was made, and it was no. Codes are stable (docs/api.md);
 * the wording belongs to the interface.
 */
export type Refusal =
  | { code: 'access/permission-required'; permission: string }
  | { code: 'access/not-held'; permissions: string[] }
  | { code: 'access/not-dominated' }
  | { code: 'access/self' }
  | { code: 'access/owner' }
  | { code: 'access/locked' }
  | { code: 'access/last-super' }
  | { code: 'access/people-only' }
  | { code: 'access/closing' }
  /** Somebody of staff is signed in as a user, to look (TEN-6). */
  | { code: 'access/signed-in-as' }
  | { code: 'access/cap-above-own'; cap: CapId; limit: CapLimit }
  | { code: 'auth/signed-out' }
  | { code: 'auth/other-session' }
  | { code: 'auth/key'; reason: KeyProblem }
  | { code: 'auth/wrong-credentials' }
  | { code: 'auth/wrong-code' }
  | { code: 'auth/step-required'; next: SignInStep }
  | { code: 'auth/reauthenticate' }
  | { code: 'auth/invitation' }
  | { code: 'auth/two-factor-required'; sources: TwoFactorSource[] }
  | { code: 'auth/throttled'; retryAfter: number }
  | { code: 'auth/locked' }
  | { code: 'auth/setup-token' }
  | { code: 'auth/setup-closed' }
  | { code: 'conflict/revoked-since'; permission: string; by: string; at: string; version: number }
  | {
      code: 'conflict/changed-since';
      field: string;
      yours: FieldValue;
      theirs: FieldValue;
      by: string;
      at: string;
      /** The version that made the change: whoever asks again knows of it. */
      version: number;
    }
  /** `packages`: how many packages give it to users; absent of a role of administrators. */
  | { code: 'conflict/in-use'; members: number; packages?: number }
  | { code: 'conflict/not-refused' }
  | { code: 'conflict/ended'; state: 'applied' | 'declined' | 'withdrawn' }
  | { code: 'input/invalid'; field: string; message: string }
  | {
      code: 'input/taken';
      field: string;
      looksLike: string;
      /**
       * Whoever has the address or sending name, told to those who may see them. `movable`: it is a sending name,
       * asked for as one, and not their address.
       */
      holder?: { id: string; name: string; movable: boolean };
    }
  | { code: 'input/unknown-permission'; field: string; permissions: string[] }
  /** A role of users holds nothing that administers others (TEN-4). */
  | { code: 'input/not-for-users'; permissions: string[] }
  | { code: 'input/op-reused'; field: string }
  | { code: 'busy'; retryAfter: number }
  | { code: 'not-found'; what: string };

/** Value of a record's field. */
export type FieldValue = string | number | boolean | null;

export type RefusalCode = Refusal['code'];

/** Narrows a refusal by its code. */
export type RefusalOf<C extends RefusalCode> = Extract<Refusal, { code: C }>;
