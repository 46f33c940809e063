import type { PermissionId } from '../access/catalogue/permission-ids';
import type { Refusal } from '../access/refusal';
import { SEE_OWN_CAPS, SEE_PLATFORM_CAPS } from '../quotas/shown-caps';
import type { OPEN_TO_USERS } from './open-to-users';
import type { UserStatus } from './user-status';

// A visit: one of staff signed in as a user, in a short session of its own, to look and not to change (TEN-6).

/** Length of a visit, in minutes. Nothing makes it longer. */
export const VISIT_MINUTES = 30;

/** Permissions that a visit to a user takes. */
export const VISIT_RIGHTS: readonly PermissionId[] = [
  'people.impersonation.login_as_tenant',
  'tenants.users.view'
];

/**
 * Procedures open to users that are open in a visit as well: to look, and to leave. Everything else is the user's
 * alone: its credentials, its sessions, where it comes from, what it has read, and whatever changes something. What
 * is not named here is never open.
 */
export const OPEN_IN_VISITS: ReadonlySet<string> = new Set<keyof typeof OPEN_TO_USERS>([
  'setup.status',
  'auth.signOut',
  'me.get',
  'me.active',
  'catalogue.get',
  'own.usage',
  'own.history',
  'own.log'
]);

/** Refusal of a procedure that is open to users and not in a visit; null: it is open. */
export function barredInVisit(procedure: string): Refusal | null {
  return OPEN_IN_VISITS.has(procedure) ? null : { code: 'access/signed-in-as' };
}

/** Refusal of a visit to a user with this status in force; null: it may begin. */
export function barredFromVisit(status: UserStatus): Refusal | null {
  if (status === 'closed') return { code: 'not-found', what: 'user' };
  return status === 'suspended'
    ? { code: 'input/invalid', field: 'id', message: 'This user is suspended.' }
    : null;
}

/**
 * Permissions that staff need to see of users what a user may see of its own: what somebody may do with their own
 * things says nothing of anybody else's. What is not named here is the user's alone. Among the caps in force are
 * the platform's.
 */
const OVER_USERS: ReadonlyMap<string, PermissionId> = new Map<PermissionId, PermissionId>([
  ['tools.activity_log.view_own', 'tools.activity_log.view'],
  ['tools.authentication_log.view_own', 'tools.authentication_log.view'],
  [SEE_OWN_CAPS, SEE_PLATFORM_CAPS],
  ['quotas.admin_quota.view_usage_own', 'quotas.ledger.view_usage']
]);

/** True if a permission is about what is one's own. */
export function isOverOwn(permission: string): boolean {
  return permission.startsWith('people.self.') || /[._]own(?=[._]|$)/.test(permission);
}

/** Permission that staff must hold for a user's permission to count in a visit; null: it never does. */
export function takenInVisit(permission: string): string | null {
  return isOverOwn(permission) ? (OVER_USERS.get(permission) ?? null) : permission;
}

/**
 * Permissions of somebody in a visit at this moment: what the user may, and they with users. Null: they may not
 * visit users (any more).
 */
export function rightsInVisit(
  staff: ReadonlySet<string>,
  user: ReadonlySet<string>
): ReadonlySet<string> | null {
  if (!VISIT_RIGHTS.every((right) => staff.has(right))) return null;
  const counts = (id: string) => {
    const taken = takenInVisit(id);
    return taken !== null && staff.has(taken);
  };
  return new Set([...user].filter(counts));
}
