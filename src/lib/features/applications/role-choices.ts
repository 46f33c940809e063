import { effectivePermissions, type Actor } from '$lib/core/access/access';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { decideApplicationRole } from '$lib/core/applications/applications';
import { permissionNames } from '$lib/core/wording/permissions';
import type { RoleRow } from '$lib/shared/indexes/roles-list.svelte';
import { counted } from '$lib/ui/counted';

export type RoleChoice = { value: string; label: string; hint: string; disabled: boolean };

/**
 * The roles an application may be given (ACC-1), and why not the others (ACC-7).
 * @param granted what a role lists; null while that is not known: the server judges then
 */
export function roleChoices(
  actor: Actor,
  catalogue: CatalogueIndex,
  roles: readonly RoleRow[],
  granted: (role: RoleRow) => readonly string[] | null
): RoleChoice[] {
  return roles.map((role) => {
    const why = whyNotRole(actor, catalogue, role, granted(role));
    const count = role.count === 1 ? '1 permission' : `${counted(role.count)} permissions`;
    return { value: role.id, label: role.name, hint: why ?? count, disabled: why !== null };
  });
}

function whyNotRole(
  actor: Actor,
  catalogue: CatalogueIndex,
  { id, locked }: RoleRow,
  granted: readonly string[] | null
): string | null {
  if (locked) return 'For people only';
  if (granted === null) return null;
  const effective = effectivePermissions(catalogue, { all: false, ids: new Set(granted) }, false);
  const refusal = decideApplicationRole(actor, { id, effective });
  if (refusal === null) return null;
  return refusal.code === 'access/not-held'
    ? `You lack ${permissionNames(catalogue, refusal.permissions)}`
    : 'You cannot assign roles';
}
