/** Life of a key unless its maker says otherwise, and the longest whatever the settings say, in days (APP-2). */
export const DEFAULT_KEY_DAYS = 90;
export const MOST_KEY_DAYS = 365;

/** Time a rotated key works beside its successor, in minutes: unless somebody says otherwise, and at most (APP-3). */
export const DEFAULT_OVERLAP_MINUTES = 24 * 60;
export const MOST_OVERLAP_MINUTES = 30 * 24 * 60;

/** Keys of one application, or of one person, that work at once. */
export const MOST_KEYS = 20;

/** Time an application goes on without a steward, in days (APP-4). */
export const STEWARDLESS_DAYS = 30;

const DAY = 86_400_000;

/** Reason why a key is not taken (APP-4). Its holder's permissions say what a key is worth that is taken. */
export type KeyProblem = 'unknown' | 'expired' | 'revoked' | 'rotated' | 'suspended' | 'address';

/** Moments in the life of a key that decide whether it works, in milliseconds of the epoch. */
export type KeyLife = {
  createdAt: number;
  expiresAt: number;
  /** Moment until which it works beside its successor; null: it was not rotated. */
  retiresAt: number | null;
  revokedAt: number | null;
};

/** Reason why a key as such does not work at a moment; null when it does. */
export function keyProblem(
  key: KeyLife,
  now: number
): Extract<KeyProblem, 'expired' | 'revoked' | 'rotated'> | null {
  if (key.revokedAt !== null) return 'revoked';
  if (key.retiresAt !== null && key.retiresAt <= now) return 'rotated';
  return endOfKey(key) <= now ? 'expired' : null;
}

/** State of a key's holder, as far as it decides whether the key works. */
export type KeyHolding = {
  /** An application was deleted; of a person that suspends. */
  isGone: boolean;
  isSuspended: boolean;
  /** True if the holder may be reached from where the request comes. */
  isFromAllowed: boolean;
};

/**
 * Reason why a key is not taken (APP-4), in the order in which it is said: the key, its holder, the address. Null:
 * it is.
 */
export function judgeKey(key: KeyLife, holder: KeyHolding | null, now: number): KeyProblem | null {
  const problem = keyProblem(key, now);
  if (problem !== null) return problem;
  if (!holder || holder.isGone) return 'revoked';
  if (holder.isSuspended) return 'suspended';
  return holder.isFromAllowed ? null : 'address';
}

/**
 * Moment at which a key stops working by itself, in milliseconds of the epoch: as agreed on, and never later than
 * any key may (APP-2).
 */
export function endOfKey({ createdAt, expiresAt }: Pick<KeyLife, 'createdAt' | 'expiresAt'>): number {
  return Math.min(expiresAt, createdAt + MOST_KEY_DAYS * DAY);
}

/**
 * Latest moment at which a key that was replaced may still work (APP-3), in milliseconds of the epoch: the longest
 * overlap after it was replaced, and never later than it would have ended anyway.
 */
export function latestEndOfOverlap(
  key: Pick<KeyLife, 'createdAt' | 'expiresAt'>,
  replacedAt: number
): number {
  return Math.min(replacedAt + MOST_OVERLAP_MINUTES * 60_000, endOfKey(key));
}

/** True if an application may not act: it was suspended, or nobody has answered for it for too long (APP-4). */
export function isApplicationSuspended(
  application: { status: 'active' | 'suspended'; stewardGoneAt: Date | null },
  now: number
): boolean {
  const { status, stewardGoneAt } = application;
  return status === 'suspended' || isStewardless(stewardGoneAt?.getTime() ?? null, now);
}

/** True if nobody has answered for an application for too long; moments in milliseconds of the epoch. */
export function isStewardless(stewardGoneAt: number | null, now: number): boolean {
  return stewardGoneAt !== null && stewardGoneAt + STEWARDLESS_DAYS * DAY <= now;
}

/** Permissions that a key of somebody is worth: those it was made for, as far as they still hold them (APP-5). */
export function narrowed(
  scopes: readonly string[],
  holds: (permission: string) => boolean
): ReadonlySet<string> {
  return new Set(scopes.filter(holds));
}
