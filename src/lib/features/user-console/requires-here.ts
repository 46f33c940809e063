import type { Session } from '$lib/client/session/session.svelte';
import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import { takenInVisit } from '$lib/core/users/visits';
import { permissionName, requiresWords } from '$lib/core/wording/permissions';

/** Sentence saying which permission something here requires: in a visit two people must hold one for it. */
export function requiresHere(
  { catalogue, isVisit }: Pick<Session, 'catalogue' | 'isVisit'>,
  permission: PermissionId
): string {
  const taken = isVisit ? takenInVisit(permission) : null;
  if (taken === null) return requiresWords(catalogue, permission);
  return `Requires “${permissionName(catalogue, taken)}” of you, and “${permissionName(catalogue, permission)}” of the user.`;
}
