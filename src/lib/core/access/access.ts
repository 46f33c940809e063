import { changedSet } from './changed-set';
import type { PermissionId } from './catalogue/permission-ids';
import { SUPER_ADMINISTRATOR, type CatalogueIndex } from './catalogue';
import type { Refusal } from './refusal';

/** Grants of a role, as stored: explicit leaves, or the wildcard of the locked Super Administrator. */
export type Grants = { all: true } | { all: false; ids: ReadonlySet<string> };

/** Account or application that asks, as the database says at this moment. */
export type Actor = {
  id: string;
  name: string;
  owner: boolean;
  roleId: string;
  /** Effective permissions: what this person may do now. */
  permissions: ReadonlySet<string>;
  /**
   * Called with each permission that was asked for and held, so that what is used can be counted (DEC-6); absent:
   * nobody counts.
   */
  used?: ((permission: string) => void) | undefined;
};

/**
 * Stands among effective permissions for every action that a later catalogue adds. Only Super Administrator holds
 * it (ROL-7), so that nobody whose role lists all of today's actions is its equal. No role can store it: it is not
 * an id.
 */
export const LATER_ACTIONS = '*';

/**
 * Effective permissions: the role's leaves that the catalogue still knows (ROL-11: a removed action is denied),
 * less what only the owner may do, unless this is the owner.
 */
export function effectivePermissions(
  catalogue: CatalogueIndex,
  grants: Grants,
  owner: boolean
): ReadonlySet<string> {
  const held = new Set<string>();
  for (const id of catalogue.ids) {
    if (!owner && catalogue.ownerOnly.has(id)) continue;
    if (grants.all || grants.ids.has(id)) held.add(id);
  }
  if (grants.all) held.add(LATER_ACTIONS);
  return held;
}

/**
 * The same of a role whose leaves were changed since, without a look at all the others; what was granted comes
 * last.
 */
export function effectiveAfter(
  catalogue: CatalogueIndex,
  before: ReadonlySet<string>,
  changes: readonly (readonly [id: string, on: boolean])[]
): ReadonlySet<string> {
  const isHeld = (id: string) => catalogue.actions.has(id) && !catalogue.ownerOnly.has(id);
  return changedSet(
    before,
    changes.map(([id, on]) => [id, on && isHeld(id)])
  );
}

/** Number of today's actions among these permissions: what stands for later ones is none of them. */
export function countHeld(catalogue: CatalogueIndex, permissions: ReadonlySet<string>): number {
  return catalogue.ids.filter((id) => permissions.has(id)).length;
}

/** Deny is the default (ACC-6): an unknown permission is held by nobody, the owner included. */
export function requirePermission(actor: Actor, permission: PermissionId): Refusal | null {
  if (!actor.permissions.has(permission)) return { code: 'access/permission-required', permission };
  actor.used?.(permission);
  return null;
}

/** ACC-1: what the actor may not pass on, in the order asked. The owner is exempt. */
export function notHeld(actor: Actor, permissions: Iterable<string>): string[] {
  if (actor.owner) return [];
  return [...permissions].filter((id) => !actor.permissions.has(id));
}

/**
 * PRODUCT words: a dominates b when a's effective permissions include all of b's, and b is not the owner (unless a
 * is).
 */
export function dominates(
  a: Pick<Actor, 'owner' | 'permissions'>,
  b: Pick<Actor, 'owner' | 'permissions'>
): boolean {
  if (b.owner && !a.owner) return false;
  return isSuperset(a.permissions, b.permissions);
}

/** True when every member of `inner` is in `outer`. */
export function isSuperset(outer: ReadonlySet<string>, inner: ReadonlySet<string>): boolean {
  if (inner.size > outer.size) return false;
  for (const id of inner) if (!outer.has(id)) return false;
  return true;
}

/**
 * ACC-3 in one step: all holders of a role have the same effective permissions (the owner apart), so whether the
 * actor dominates them does not depend on how many there are (ROL-13).
 */
export function dominatesHolders(
  actor: Actor,
  role: { hasMembers: boolean; heldByOwner: boolean; effective: ReadonlySet<string> }
): boolean {
  if (!role.hasMembers) return true;
  return dominates(actor, { owner: role.heldByOwner, permissions: role.effective });
}

/** True when the role is the one that always holds everything (ROL-7). */
export function isSuperAdministrator(roleId: string): boolean {
  return roleId === SUPER_ADMINISTRATOR;
}
