import type { Refusal } from '../access/refusal';

/** Who alone may ask for something: people who are signed in. */
export type OnlyBy = 'session';

/** Why whoever comes with a key may not ask for it, whatever they hold; null: they may, or come with none. */
export function notFor(only: OnlyBy | undefined, { key }: { key: object | null }): Refusal | null {
  return only !== undefined && key !== null ? { code: 'access/people-only' } : null;
}
