import type { RoleKind } from '$lib/core/roles/role-kinds';
import { ofKind } from '$lib/shared/roles/kinds-of-roles';

/** Views of a role; each has an address of its own. */
export type RolePlace = 'permissions' | 'members' | 'history' | 'compare';

const PATHS: Record<RolePlace, string> = {
  permissions: '',
  members: '?tab=members',
  history: '/history',
  compare: '/compare'
};

/** The address of a place of a role. */
export function placeOf(kind: RoleKind, id: string, place: RolePlace): string {
  return ofKind(kind, `/roles/${id}${PATHS[place]}`);
}

/** View, of the two that share a page, that an address is about. */
export function tabIn(params: URLSearchParams): 'permissions' | 'members' {
  return params.get('tab') === 'members' ? 'members' : 'permissions';
}
