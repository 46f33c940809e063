import type { PermissionId } from '../access/catalogue/permission-ids';
import type { Refusal } from '../access/refusal';
import type { OPEN_TO_USERS } from './open-to-users';

// A visit: one of staff signed in as a user, in a short session of its own (TEN-6).

/** How long a visit lasts, in minutes. Nothing makes it longer. */
export const VISIT_MINUTES = 30;

/** What it takes to visit a user, and to change something there. */
export const VISIT_RIGHTS: readonly PermissionId[] = [
  'people.impersonation.login_as_tenant',
  'tenants.users.view'
];
export const CHANGE_RIGHT: PermissionId = 'tenants.users.edit';

/**
 * What of that which is open to users is open in a visit: `look` in each, `change` in one that may change something. Everything else is the user's
 * alone: its credentials, its sessions, where it comes from, and what it has read. What is not named here is never open.
 */
export const OPEN_IN_VISITS = {
  'setup.status': 'look',
  'auth.signOut': 'look',
  'me.get': 'look',
  'me.active': 'look',
  'catalogue.get': 'look',
  'own.usage': 'look',
  'own.history': 'look',
  'own.log': 'look',
  'me.update': 'change'
} as const satisfies Partial<Record<keyof typeof OPEN_TO_USERS, 'look' | 'change'>>;

/** Why a procedure that is open to users is not open in a visit; null: it is. */
export function barredInVisit(procedure: string, { mayChange }: { mayChange: boolean }): Refusal | null {
  const open: Readonly<Record<string, string>> = OPEN_IN_VISITS;
  const how = Object.hasOwn(open, procedure) ? open[procedure] : undefined;
  if (how === undefined) return { code: 'access/signed-in-as', reason: 'never' };
  return how === 'change' && !mayChange ? { code: 'access/signed-in-as', reason: 'only-looking' } : null;
}

/** What somebody may do in a visit at this moment: what both may. Null: they may not visit users (any more). */
export function rightsInVisit(
  staff: ReadonlySet<string>,
  user: ReadonlySet<string>
): { permissions: ReadonlySet<string>; mayChange: boolean } | null {
  if (!VISIT_RIGHTS.every((right) => staff.has(right))) return null;
  return {
    permissions: new Set([...user].filter((id) => staff.has(id))),
    mayChange: staff.has(CHANGE_RIGHT)
  };
}
