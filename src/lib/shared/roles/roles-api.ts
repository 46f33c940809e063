import { api } from '$lib/client/api/api';
import type { RoleKind } from '$lib/core/roles/role-kinds';

/** Procedures about roles of a kind. */
export function rolesApi(kind: RoleKind): typeof api.roles | typeof api.userRoles {
  return kind === 'user' ? api.userRoles : api.roles;
}
