import { LATER_ACTIONS } from '../access/access';
import type { CatalogueIndex } from '../access/catalogue';

/** "Contacts › Export": an action is told apart by its group ("View" alone says little). An unknown one by its id. */
export function permissionName(catalogue: CatalogueIndex, id: string): string {
  if (id === LATER_ACTIONS) return 'every permission, including ones added later';
  const action = catalogue.actions.get(id);
  const group = catalogue.groupOf.get(id);
  return action && group ? `${group.label} › ${action.label}` : id;
}

/** "Requires “Contacts › Export”.": why something is not shown or not possible. */
export function requiresWords(catalogue: CatalogueIndex, id: string): string {
  return `Requires “${permissionName(catalogue, id)}”.`;
}

/** "Contacts › Export", "Contacts › Export and 3 more"; "" of none. */
export function permissionNames(catalogue: CatalogueIndex, ids: readonly string[]): string {
  const [first, ...rest] = ids;
  if (first === undefined) return '';
  const name = permissionName(catalogue, first);
  return rest.length === 0 ? name : `${name} and ${rest.length} more`;
}
