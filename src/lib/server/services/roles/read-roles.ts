import type { RoleSummary } from '../../../documents/cells';
import { isSuperAdministrator } from '../../../core/access/access';
import { ROLE_PROCEDURES, ROLE_RIGHTS, type RoleKind } from '../../../core/roles/role-kinds';
import type { Queryable } from '../../db/driver/client';
import { pipelined } from '../../db/driver/pipelined';
import { findOwner, membersOf } from '../../db/tables/administrators-table';
import { countPackages, usersOfRole } from '../../db/tables/package-roles-table';
import { countMembers, readRoles, rolesGranting, type RoleRow } from '../../db/tables/roles-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { inCatalogueOrder } from './catalogue-order';

// Questions about roles, of one kind each: a role of the other is not there for whoever asks (TEN-4).

export type RoleListItem = RoleSummary & { id: string };
export type RoleDetail = RoleListItem & { permissions: string[] };
export type Holders = {
  permission: string;
  total: number;
  roles: { id: string; name: string; members: number }[];
  /** True when the owner holds it whatever the roles say. */
  owner: boolean;
};

/** Numbers of members by role, and for roles of users of the packages that give them. */
export type RolesInUse = {
  members: ReadonlyMap<string, number>;
  packages: ReadonlyMap<string, number>;
};

/** Row of a role in the list of roles. */
export function roleSummary(deps: Deps, row: RoleRow, { members, packages }: RolesInUse): RoleSummary {
  return {
    name: row.name,
    description: row.description,
    members: members.get(row.id) ?? 0,
    ...(row.kind === 'user' ? { packages: packages.get(row.id) ?? 0 } : {}),
    count: isSuperAdministrator(row.id) ? deps.catalogue.ids.length : row.permissionCount,
    require2fa: row.require2fa,
    locked: row.locked,
    seq: row.seq
  };
}

/** Use of roles of a kind: of all of them, or of those named. */
export async function rolesInUse(
  tx: Queryable,
  kind: RoleKind,
  ids?: readonly string[]
): Promise<RolesInUse> {
  const none = new Map<string, number>();
  if (ids?.length === 0) return { members: none, packages: none };
  const [members, packages] = await pipelined([
    countMembers(tx, ids),
    kind === 'user' ? countPackages(tx, ids) : Promise.resolve(none)
  ]);
  return { members, packages };
}

/** Ids of the permissions a role grants, in catalogue order; what the catalogue no longer knows comes last. */
async function permissionsInRole(deps: Deps, tx: Queryable, row: RoleRow): Promise<string[]> {
  const { grants } = await deps.grants.of(tx, row.id, row.seq);
  return grants.all ? [...deps.catalogue.ids] : inCatalogueOrder(deps.catalogue, grants.ids);
}

/** All roles, by name (ROL-12). */
export function listRoles(deps: Deps, caller: Caller, kind: RoleKind): Promise<RefusalOr<RoleListItem[]>> {
  const question = { name: `${ROLE_PROCEDURES[kind]}.list`, permission: ROLE_RIGHTS[kind].view };
  return ask(deps, caller, question, async () => {
    const [rows, used] = await Promise.all([readRoles(deps.db, undefined, kind), rolesInUse(deps.db, kind)]);
    return { answer: rows.map((row) => ({ id: row.id, ...roleSummary(deps, row, used) })) };
  });
}

/** One role with its permissions. One's own can always be read. */
export function getRole(
  deps: Deps,
  caller: Caller,
  kind: RoleKind,
  id: string
): Promise<RefusalOr<RoleDetail>> {
  const { view } = ROLE_RIGHTS[kind];
  const question = { name: `${ROLE_PROCEDURES[kind]}.get`, permission: null };
  return ask<RoleDetail>(deps, caller, question, async (actor) => {
    const isOwn = kind === 'administrator' && actor.roleId === id;
    if (!isOwn && !actor.permissions.has(view))
      return { refused: { code: 'access/permission-required', permission: view } };
    const [row] = await readRoles(deps.db, [id], kind);
    if (!row) return { refused: { code: 'not-found', what: 'role' } };
    const used = await rolesInUse(deps.db, kind, [id]);
    const permissions = await permissionsInRole(deps, deps.db, row);
    return { answer: { id, ...roleSummary(deps, row, used), permissions } };
  });
}

/** Holders of a permission, by role (ROL-10). */
export function holdersOf(
  deps: Deps,
  caller: Caller,
  kind: RoleKind,
  permission: string
): Promise<RefusalOr<Holders>> {
  const question = { name: `${ROLE_PROCEDURES[kind]}.holders`, permission: ROLE_RIGHTS[kind].view };
  return ask<Holders>(deps, caller, question, async () => {
    const action = deps.catalogue.actions.get(permission);
    if (!action) return { refused: { code: 'not-found', what: 'permission' } };
    const granting = new Set(await rolesGranting(deps.db, permission));
    const [rows, members] = await Promise.all([readRoles(deps.db, undefined, kind), countMembers(deps.db)]);
    const roles = rows
      .filter((row) => isSuperAdministrator(row.id) || granting.has(row.id))
      .map((row) => ({ id: row.id, name: row.name, members: members.get(row.id) ?? 0 }));
    const owner = action.ownerOnly === true && kind === 'administrator';
    const total = owner
      ? (await findOwner(deps.db)) === null
        ? 0
        : 1
      : roles.reduce((sum, role) => sum + role.members, 0);
    return { answer: { permission, total, roles, owner } };
  });
}

/** The first 200 members of a role by name: administrators who have it, or users whose package has it. */
export function roleMembers(
  deps: Deps,
  caller: Caller,
  kind: RoleKind,
  id: string
): Promise<RefusalOr<{ id: string; name: string; email: string }[]>> {
  const question = { name: `${ROLE_PROCEDURES[kind]}.members`, permission: ROLE_RIGHTS[kind].viewMembers };
  return ask(deps, caller, question, async () => {
    const rows = await (kind === 'user' ? usersOfRole : membersOf)(deps.db, id, 200);
    return { answer: rows.map(({ id, name, email }) => ({ id, name, email })) };
  });
}
