import type { RoleKind } from '$lib/core/roles/role-kinds';
import { roleSubject } from '$lib/shared/roles/kinds-of-roles';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { CommandOutcome } from '$lib/client/outbox/outcomes';

/** Outcome of a restore. `answer`: null when another tab got it. */
export type RestoreOutcome = CommandOutcome<'roles.restore' | 'userRoles.restore'>;

/**
 * Makes a role what it was in an earlier version (ROL-9). It waits on the device when there is no connection.
 * @param version `seq` is what it was then, `seen` what its author had on screen
 */
export function restoreRole(
  outbox: Outbox,
  role: { kind: RoleKind; id: string; name: string },
  version: { seq: number; seen: number }
): Promise<RestoreOutcome> {
  const { kind, id, name } = role;
  const input = { id, ...version };
  const procedure = kind === 'user' ? 'userRoles.restore' : 'roles.restore';
  return outbox.run({ procedure, subject: roleSubject(kind, id), label: name, input });
}
