import type { Refusal } from '../access/refusal';

/** Who alone may ask for something: `session`: people who are signed in; `person`: they, or a personal key of theirs. */
export type OnlyBy = 'session' | 'person';

/** By what somebody comes: a session, a key, or nothing. */
type ComingBy = { session: object | null; key: { holder: { type: 'application' | 'administrator' } } | null };

/** Why whoever comes so may not ask for it, whatever they hold; null: they may. */
export function notFor(only: OnlyBy | undefined, { key }: ComingBy): Refusal | null {
  if (only === undefined || key === null) return null;
  return only === 'session' || key.holder.type === 'application' ? { code: 'access/people-only' } : null;
}
