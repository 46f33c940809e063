import { endsSoon, keyState, works, type KeyState } from '$lib/shared/keys/key-life';
import type { Application, ApplicationKey } from './applications.svelte';

export type KeyView = ApplicationKey & { now: KeyState };

/** Summary of an application's keys at a moment, for a list. */
export type KeysAtAGlance = {
  /** Those that work, newest first. */
  working: KeyView[];
  /** The latest use of any of them; null: none was used; undefined: not known here. */
  lastUse: { at: string; from: string | null } | null | undefined;
  /** Expiry of the first key among those that were not replaced, ISO 8601; null when there is none. */
  expiresAt: string | null;
};

export function keyViews(keys: readonly ApplicationKey[], now: Date): KeyView[] {
  return keys.map((key) => ({ ...key, now: keyState(key, now) }));
}

export function keysAtAGlance({ keys }: Pick<Application, 'keys'>, now: Date): KeysAtAGlance {
  const views = keyViews(keys, now);
  const working = views.filter((key) => works(key.now));
  const used = keys
    .flatMap(({ lastUsedAt, lastUsedFrom }) =>
      lastUsedAt === null || lastUsedAt === undefined ? [] : [{ at: lastUsedAt, from: lastUsedFrom }]
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  const expiries = working.filter((key) => key.now === 'active').map(({ expiresAt }) => expiresAt);
  const isUnknown = keys.some(({ lastUsedAt }) => lastUsedAt === undefined);
  return {
    working,
    lastUse: isUnknown ? undefined : (used[0] ?? null),
    expiresAt: expiries.sort().at(0) ?? null
  };
}

/**
 * Most important fact about an application's keys, where there is room for one: that none works, that an old one is
 * still in use beside its successor, that one is about to expire; else the last use. Null when nothing is known of
 * it.
 */
export type KeyFact = 'none' | 'replaced' | 'ends-soon' | 'used' | 'unused' | null;

export function keyFact({ working, lastUse }: KeysAtAGlance, now: Date): KeyFact {
  if (working.length === 0) return 'none';
  if (working.some((key) => key.now === 'replaced')) return 'replaced';
  if (working.some((key) => endsSoon(key, now))) return 'ends-soon';
  return lastUse === undefined ? null : lastUse ? 'used' : 'unused';
}

const DAY_MS = 86_400_000;
/** An application whose keys nobody used for so long is perhaps gone. */
const UNUSED_DAYS = 90;

/** Reason someone has to look after an active application; null when none, or it was suspended on purpose. */
export type WorthALook = 'nobody-answers' | 'no-key' | 'replaced' | 'ends-soon' | 'unused';

export const WORTH_A_LOOK_WORDS: Record<WorthALook, string> = {
  'nobody-answers': 'No one answers for it',
  'no-key': 'No key that works',
  replaced: 'The old key still works',
  'ends-soon': 'A key expires soon',
  unused: `Not used for ${UNUSED_DAYS} days`
};

export function worthALook(application: Application, now: Date): WorthALook | null {
  if (application.status !== 'active') return null;
  if (application.stewardlessUntil !== null) return 'nobody-answers';
  const keys = keysAtAGlance(application, now);
  const { working, lastUse } = keys;
  if (working.length === 0) return 'no-key';
  if (working.some((key) => key.now === 'replaced')) return 'replaced';
  if (working.some((key) => endsSoon(key, now))) return 'ends-soon';
  if (lastUse === undefined) return null;
  const since = lastUse?.at ?? working.map(({ createdAt }) => createdAt).sort()[0]!;
  return now.getTime() - Date.parse(since) > UNUSED_DAYS * DAY_MS ? 'unused' : null;
}
