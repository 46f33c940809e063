import type { DeedOutcome, Outbox } from '$lib/client/outbox/outbox.svelte';

/** How a restore ended. `answer`: null when another tab got it. */
export type RestoreOutcome = DeedOutcome<'roles.restore'>;

/**
 * Makes a role what it was in an earlier version (ROL-9). It waits on the device when there is no connection.
 * @param version `seq` is what it was then, `seen` what its author had on screen
 */
export function restoreRole(
  outbox: Outbox,
  role: { id: string; name: string },
  version: { seq: number; seen: number }
): Promise<RestoreOutcome> {
  const { id, name } = role;
  const input = { id, ...version };
  return outbox.deed({ procedure: 'roles.restore', subject: `role:${id}`, label: name, input });
}
