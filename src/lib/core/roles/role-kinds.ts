import { indexCatalogue, type CatalogueIndex } from '../access/catalogue';
import type { PermissionId } from '../access/catalogue/permission-ids';
import type { Refusal } from '../access/refusal';

// Roles of administrators and of users are two kinds that never mix (TEN-4): each is seen, changed and given by its
// own permissions, and to whoever asks for one kind a role of the other is not there.

export const ROLE_KINDS = ['administrator', 'user'] as const;

/** Kind of account that a role can be given to. It never changes. */
export type RoleKind = (typeof ROLE_KINDS)[number];

/** Permissions to do something with roles of a kind. */
export type RoleRights = Record<
  | 'view'
  | 'viewHistory'
  | 'viewMembers'
  | 'add'
  | 'clone'
  | 'edit'
  | 'restore'
  | 'delete'
  | 'requireTwoFactor'
  | 'assign',
  PermissionId
>;

/** Users get a role with their package: whoever changes packages gives it. */
export const ROLE_RIGHTS: Record<RoleKind, RoleRights> = {
  administrator: {
    view: 'people.roles.view',
    viewHistory: 'people.roles.view_history',
    viewMembers: 'people.administrators.view',
    add: 'people.roles.add',
    clone: 'people.roles.clone',
    edit: 'people.roles.edit',
    restore: 'people.roles.rollback',
    delete: 'people.roles.delete',
    requireTwoFactor: 'people.roles.require_2fa',
    assign: 'people.roles.assign'
  },
  user: {
    view: 'tenants.user_roles.view',
    viewHistory: 'tenants.user_roles.view',
    viewMembers: 'tenants.users.view',
    add: 'tenants.user_roles.add',
    clone: 'tenants.user_roles.add',
    edit: 'tenants.user_roles.edit',
    restore: 'tenants.user_roles.edit',
    delete: 'tenants.user_roles.delete',
    requireTwoFactor: 'tenants.user_roles.edit',
    assign: 'tenants.packages.edit'
  }
};

/** The procedures about roles of a kind. */
export const ROLE_PROCEDURES = { administrator: 'roles', user: 'userRoles' } as const satisfies Record<
  RoleKind,
  string
>;

/** The type of a role in entries of the log. */
export const ROLE_TARGET = { administrator: 'role', user: 'user_role' } as const satisfies Record<
  RoleKind,
  string
>;

/**
 * Decides whether a role is what somebody asks for: one of another kind is not there for them, like one that never
 * was. Null: it is.
 */
export function decideRoleKind(role: { kind: RoleKind } | null | undefined, kind: RoleKind): Refusal | null {
  return role?.kind === kind ? null : { code: 'not-found', what: 'role' };
}

/** Refusal of permissions that have no place in a role of this kind, with which they are; null when all have. */
export function decideForKind(
  { forUsers }: Pick<CatalogueIndex, 'forUsers'>,
  kind: RoleKind,
  permissions: Iterable<string>
): Refusal | null {
  if (kind === 'administrator') return null;
  const others = [...permissions].filter((id) => !forUsers.has(id));
  return others.length > 0 ? { code: 'input/not-for-users', permissions: others.slice(0, 20) } : null;
}

/** The part of a catalogue that roles of a kind may hold: what a builder offers. */
export function catalogueFor(kind: RoleKind, index: CatalogueIndex): CatalogueIndex {
  if (kind === 'administrator') return index;
  const areas = index.catalogue.areas.flatMap((area) => {
    const groups = area.groups.flatMap((group) => {
      const actions = group.actions.filter(({ id }) => index.forUsers.has(id));
      return actions.length > 0 ? [{ ...group, forUsers: true as const, actions }] : [];
    });
    return groups.length > 0 ? [{ ...area, groups }] : [];
  });
  return indexCatalogue({ version: index.catalogue.version, areas, roles: [] });
}
