import type { RoleRow } from '$lib/shared/indexes/roles-list.svelte';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { kindIn } from '$lib/shared/roles/kinds-of-roles';
import type { AddressFormat } from '$lib/ui/address-state.svelte';
import { foldText } from '$lib/core/text/fold-text';
import { naturalOrder } from '$lib/ui/natural-order';
import { readSort, sortText } from '$lib/ui/sort-param';
import type { ListSort } from '$lib/ui/sorted-table';

export type RolesColumn = 'name' | 'members' | 'permissions';
export type RolesSort = ListSort<RolesColumn>;

/** Filter and order of the list of roles. `sort` null: built-in roles first, then by name. */
export type RolesQuery = { kind: RoleKind; search: string; sort: RolesSort | null };

const COLUMNS: readonly RolesColumn[] = ['name', 'members', 'permissions'];

/** The query in the address: `?for=users&search=&sort=-members`. What cannot be read is left at its default. */
export const rolesQueryFormat: AddressFormat<RolesQuery> = {
  parse: (params) => ({
    kind: kindIn(params),
    search: params.get('search') ?? '',
    sort: readSort(params.get('sort'), COLUMNS)
  }),
  format({ kind, search, sort }) {
    const params = new URLSearchParams();
    if (kind === 'user') params.set('for', 'users');
    if (search.trim()) params.set('search', search.trim());
    if (sort) params.set('sort', sortText(sort));
    return params;
  }
};

const VALUE = {
  members: (role: RoleRow) => role.members,
  // A locked role holds every permission there is, now and later.
  permissions: (role: RoleRow) => (role.locked ? Infinity : role.count)
};

/**
 * Finds and sorts roles that come with the built-in ones first and then by name. Every word typed must be in the
 * name or the description. Equals keep their order, whichever way they are sorted.
 */
export function findRoles(
  roles: readonly RoleRow[],
  { search, sort }: Pick<RolesQuery, 'search' | 'sort'>
): RoleRow[] {
  const words = foldText(search).split(/\s+/u).filter(Boolean);
  const found = roles.filter((role) => {
    const text = words.length > 0 ? foldText(`${role.name} ${role.description}`) : '';
    return words.every((word) => text.includes(word));
  });
  if (sort === null) return found;
  const turn = sort.direction === 'ascending' ? 1 : -1;
  const { column } = sort;
  if (column === 'name') return found.sort((a, b) => turn * naturalOrder(a.name, b.name));
  const valueOf = VALUE[column];
  return found.sort((a, b) => (valueOf(a) === valueOf(b) ? 0 : turn * (valueOf(a) < valueOf(b) ? -1 : 1)));
}
