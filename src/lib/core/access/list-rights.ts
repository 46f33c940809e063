import { ROLE_RIGHTS } from '../roles/role-kinds';
import type { PermissionId } from './catalogue/permission-ids';

/** Permissions to see a list as a whole, and so to take a copy of it. */
export const LIST_RIGHTS = {
  administrators: 'people.administrators.view',
  roles: ROLE_RIGHTS.administrator.view,
  userRoles: ROLE_RIGHTS.user.view,
  users: 'tenants.users.view'
} as const satisfies Record<string, PermissionId>;

export type ListName = keyof typeof LIST_RIGHTS;
