import type { CatalogueIndex } from '$lib/core/access/catalogue';

/** "Administrators › Add": an action is told apart by its group. */
export function permissionWords(catalogue: CatalogueIndex, id: string): string {
  const action = catalogue.actions.get(id);
  const group = catalogue.groupOf.get(id);
  return action && group ? `${group.label} › ${action.label}` : id;
}
