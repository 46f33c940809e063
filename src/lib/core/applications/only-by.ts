import type { Refusal } from '../access/refusal';

/** Restriction on who may ask for something: `session` is people who are signed in, and nobody else. */
export type OnlyBy = 'session';

/**
 * Refusal for whoever comes with a key, whatever they hold, where only people may ask; null: they may, or come with
 * none.
 */
export function notFor(only: OnlyBy | undefined, { key }: { key: object | null }): Refusal | null {
  return only !== undefined && key !== null ? { code: 'access/people-only' } : null;
}
