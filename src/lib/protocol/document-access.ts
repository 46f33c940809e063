import type { PermissionId } from '../core/access/catalogue/permission-ids';
import { ROLE_RIGHTS, type RoleKind } from '../core/roles/role-kinds';
import { roleOfDocument, type DocumentName } from './documents';

/**
 * Permissions that reading a document requires, every one of them. One's own role is always readable: it is how an
 * open page learns at once what its person may do (ROL-5).
 * @param kind of the role that a document shows; of any other it says nothing
 */
export function permissionsToRead(
  document: DocumentName,
  ownRoleId: string,
  kind: RoleKind = 'administrator'
): readonly PermissionId[] {
  const role = roleOfDocument(document);
  if (role !== null) return role === ownRoleId ? [] : [ROLE_RIGHTS[kind].view];
  if (document === 'roles') return [ROLE_RIGHTS.administrator.view];
  if (document === 'userRoles') return [ROLE_RIGHTS.user.view];
  // Versions alone: what a section holds is asked of the server, which judges who may see it.
  if (document === 'settings') return [];
  if (document === 'people') return ['people.administrators.view'];
  if (document === 'gauges') return ['quotas.ledger.view_usage'];
  if (document === 'own') return ['quotas.admin_quota.view_usage_own'];
  if (document === 'applications') return ['people.api_keys.list'];
  if (document === 'users') return ['tenants.users.view'];
  if (document === 'packages') return ['tenants.packages.view'];
  // The feed shows both views of the log, so it takes both permissions.
  return ['tools.authentication_log.view', 'tools.activity_log.view'];
}

/**
 * True if a document is there for users at all: their own gauges, which carry their news as well (TEN-3). All
 * others are staff's.
 */
export function isForUsers(document: DocumentName): boolean {
  return document === 'own';
}

/**
 * True if a reader of a document is told who else looks at it: whoever may see administrators or, where it is about
 * roles, who holds them. `settings` and one's own role are open to everybody, who is here is not.
 */
export function mayMeetReaders(
  document: DocumentName,
  held: ReadonlySet<string>,
  kind: RoleKind = 'administrator'
): boolean {
  if (held.has('people.administrators.view')) return true;
  if (document === 'userRoles') return held.has(ROLE_RIGHTS.user.view);
  const aboutRoles = document === 'roles' || roleOfDocument(document) !== null;
  return aboutRoles && held.has(ROLE_RIGHTS[kind].view);
}
