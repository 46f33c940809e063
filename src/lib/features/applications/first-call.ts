import type { Application } from './applications.svelte';

/**
 * First call made with a key that is on screen, found by its public part.
 * @returns null: nothing yet; undefined: it is not known, or the key is not in the list so far
 */
export function firstCall(
  applications: readonly Pick<Application, 'keys'>[],
  key: string
): { at: string; from: string | null } | null | undefined {
  const listed = applications.flatMap(({ keys }) => keys).find(({ prefix }) => key.startsWith(`${prefix}_`));
  if (listed?.lastUsedAt === undefined) return undefined;
  return listed.lastUsedAt === null ? null : { at: listed.lastUsedAt, from: listed.lastUsedFrom };
}
