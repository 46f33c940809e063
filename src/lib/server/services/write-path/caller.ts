import type { AccountKind, AccountRef } from '../../../core/sign-in/account';
import type { SignInStep } from '../../../core/sign-in/sign-in-step';

/** Facts about a request before anybody is asked who they are. */
export type RequestFacts = {
  /** Named in the log and in every error message. */
  id: string;
  /** Address of the client, as far as trusted proxies say (http/client-address). */
  ip: string | null;
  /** Address of the socket's other end. */
  peer: string | null;
  userAgent: string | null;
};

/**
 * Whoever calls: a session or a key that worked when the request arrived, or nobody. Either is judged again inside
 * the transaction; with a key there is no session, whatever cookies came along.
 */
export type Caller = {
  request: RequestFacts;
  session: CallerSession | null;
  key: CallerKey | null;
  /** Value of the browser's device cookie; null when it has none. */
  device: string | null;
};

export type CallerSession = {
  sid: string;
  personId: string;
  kind: AccountKind;
  step: SignInStep;
  /**
   * Role of the person when the request arrived. It is locked without asking; if it changed meanwhile, the attempt
   * starts over. Absent: it is asked for.
   */
  roleId?: string;
  /** Visit of a staff member who acts in the person's place; absent: the person acts. */
  visit?: CallerVisit;
  /** Set: the session was not looked up for this request. It stands once its locked row says so. */
  claim?: SessionClaim;
};

/** Claim of a cookie to a session that was remembered (session-memory.ts). */
export type SessionClaim = {
  /** Hash of the cookie's secret. */
  readonly secretHash: Uint8Array;
  /** Standing of the session, with this secret, when it was locked last; null: it did not stand, or never was. */
  admitted: { roleId: string } | null;
};

/** Somebody of staff who is signed in as a user, and in which session of theirs that began. */
export type CallerVisit = {
  by: { id: string; name: string };
  aal: 1 | 2;
  parentSid: string;
};

/** A key by its row and its public part, and whose it is. */
export type CallerKey = {
  id: string;
  kid: string;
  holder: { type: 'application' | 'administrator' | 'user'; id: string };
};

/** Account that a session is of. */
export function accountOfSession({ kind, personId }: NonNullable<Caller['session']>): AccountRef {
  return { kind, id: personId };
}

/** Account that a request is of, as far as that decides what there is for it; null: an application's, or nobody's. */
export type Asking = { kind: AccountKind; personId: string; step: SignInStep } | null;

/**
 * The same, whether they came with a session or with a key of theirs: for a user there is no more by the one than
 * by the other (TEN-3).
 */
export function askingOf({ session, key }: Pick<Caller, 'session' | 'key'>): Asking {
  if (!key) return session;
  const { type: kind, id: personId } = key.holder;
  return kind === 'application' ? null : { kind, personId, step: 'ready' };
}

/**
 * The id under which the operations of a caller are kept: the person's, the application's, or a personal key's own,
 * which must not be answered what its person asked for. Null: nobody calls.
 */
export function callerId({ session, key }: Pick<Caller, 'session' | 'key'>): string | null {
  if (key) return key.holder.type === 'application' ? key.holder.id : key.id;
  return session?.personId ?? null;
}
