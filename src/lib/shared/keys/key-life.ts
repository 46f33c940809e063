import { DEFAULT_KEY_DAYS, keyProblem, MOST_KEY_DAYS } from '$lib/core/applications/keys';

/** Facts of a key that decide if it works; times are ISO 8601. */
export type ShownKeyLife = {
  createdAt: string;
  expiresAt: string;
  /** The time until which it works beside the key that replaced it; null: it was not rotated. */
  retiresAt: string | null;
  state: 'active' | 'expired' | 'revoked' | 'rotated';
};

/**
 * State of a key at a moment: what the server said of it, and what time did since. `replaced`: it works, beside its
 * successor.
 */
export type KeyState = 'active' | 'replaced' | 'expired' | 'revoked' | 'rotated';

export function keyState(key: ShownKeyLife, now: Date): KeyState {
  if (key.state !== 'active') return key.state;
  const retiresAt = key.retiresAt === null ? null : Date.parse(key.retiresAt);
  const problem = keyProblem(
    {
      createdAt: Date.parse(key.createdAt),
      expiresAt: Date.parse(key.expiresAt),
      retiresAt,
      revokedAt: null
    },
    now.getTime()
  );
  if (problem !== null) return problem;
  return retiresAt === null ? 'active' : 'replaced';
}

/** True if a key in this state opens anything. */
export function works(state: KeyState): boolean {
  return state === 'active' || state === 'replaced';
}

export const KEY_STATE_WORDS: Record<KeyState, string> = {
  active: 'Active',
  replaced: 'Replaced',
  expired: 'Expired',
  revoked: 'Revoked',
  rotated: 'Replaced, ended'
};

const DAY_MS = 86_400_000;
const DAYS = [7, 30, 90, MOST_KEY_DAYS];

/** Lifetimes to choose from for a new key, where the platform allows at most so many days; values are days. */
export function expiryChoices(mostDays: number): { value: string; label: string }[] {
  const days = DAYS.filter((each) => each < mostDays);
  return [...days, mostDays].map((each) => ({
    value: `${each}`,
    label: each === MOST_KEY_DAYS ? '1 year' : each === 1 ? '1 day' : `${each} days`
  }));
}

/** Lifetime of a new key unless somebody chooses, in days: ninety (APP-2), or what the platform allows. */
export function usualExpiry(mostDays: number): string {
  return `${Math.min(DEFAULT_KEY_DAYS, mostDays)}`;
}

/** Expiry of a key made at `now`, ISO 8601. The server allows for a clock that is up to an hour ahead of its own. */
export function expiryAfter(choice: string, now: Date): string {
  return new Date(now.getTime() + Number(choice) * DAY_MS).toISOString();
}

/** True if a key ends within a fortnight, so that it is worth a look. */
export function endsSoon(key: ShownKeyLife, now: Date): boolean {
  return new Date(key.expiresAt).getTime() - now.getTime() < 14 * DAY_MS;
}

/** "rck_live_Ab3dEf6hIj9l…stuv": a key as lists show it. */
export function keyName({ prefix, last4 }: { prefix: string; last4: string }): string {
  return `${prefix}…${last4}`;
}
