import type { PermissionId } from '../access/catalogue/permission-ids';
import type { Refusal } from '../access/refusal';
import type { OPEN_TO_USERS } from './open-to-users';

// A visit: one of staff signed in as a user, in a short session of its own, to look and not to change (TEN-6).

/** How long a visit lasts, in minutes. Nothing makes it longer. */
export const VISIT_MINUTES = 30;

/** What it takes to visit a user. */
export const VISIT_RIGHTS: readonly PermissionId[] = [
  'people.impersonation.login_as_tenant',
  'tenants.users.view'
];

/**
 * What of that which is open to users is open in a visit: to look, and to leave. Everything else is the user's alone: its credentials, its sessions,
 * where it comes from, what it has read, and whatever changes something. What is not named here is never open.
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

/** Why a procedure that is open to users is not open in a visit; null: it is. */
export function barredInVisit(procedure: string): Refusal | null {
  return OPEN_IN_VISITS.has(procedure) ? null : { code: 'access/signed-in-as' };
}

/** What somebody may do in a visit at this moment: what both may. Null: they may not visit users (any more). */
export function rightsInVisit(
  staff: ReadonlySet<string>,
  user: ReadonlySet<string>
): ReadonlySet<string> | null {
  if (!VISIT_RIGHTS.every((right) => staff.has(right))) return null;
  return new Set([...user].filter((id) => staff.has(id)));
}
