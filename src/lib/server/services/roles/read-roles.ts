import type { RoleSummary } from '../../../documents/cells';
import { isSuperAdministrator } from '../../../core/access/access';
import type { Queryable } from '../../db/driver/client';
import { findOwner, membersOf } from '../../db/tables/administrators-table';
import { countMembers, readRoles, rolesGranting, type RoleRow } from '../../db/tables/roles-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { inCatalogueOrder } from './catalogue-order';

const VIEW = 'people.roles.view';

export type RoleListItem = RoleSummary & { id: string };
export type RoleDetail = RoleListItem & { permissions: string[] };
export type Holders = {
  permission: string;
  total: number;
  roles: { id: string; name: string; members: number }[];
  /** True when the owner holds it whatever the roles say. */
  owner: boolean;
};

/** What the list of roles shows of one of them. */
export function roleSummary(deps: Deps, row: RoleRow, members: number): RoleSummary {
  return {
    name: row.name,
    description: row.description,
    members,
    count: isSuperAdministrator(row.id) ? deps.catalogue.ids.length : row.permissionCount,
    require2fa: row.require2fa,
    locked: row.locked,
    seq: row.seq
  };
}

/** Ids of the permissions a role grants, in catalogue order; what the catalogue no longer knows comes last. */
export async function permissionsInRole(deps: Deps, tx: Queryable, row: RoleRow): Promise<string[]> {
  const { grants } = await deps.grants.of(tx, row.id, row.seq);
  return grants.all ? [...deps.catalogue.ids] : inCatalogueOrder(deps.catalogue, grants.ids);
}

/** All roles, by name (ROL-12). */
export function listRoles(deps: Deps, caller: Caller): Promise<RefusalOr<RoleListItem[]>> {
  return ask(deps, caller, { name: 'roles.list', permission: VIEW }, async () => {
    const [rows, members] = await Promise.all([readRoles(deps.db), countMembers(deps.db)]);
    return {
      answer: rows.map((row) => ({ id: row.id, ...roleSummary(deps, row, members.get(row.id) ?? 0) }))
    };
  });
}

/** One role with its permissions. One's own can always be read. */
export function getRole(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<RoleDetail>> {
  return ask<RoleDetail>(deps, caller, { name: 'roles.get', permission: null }, async (actor) => {
    if (actor.roleId !== id && !actor.permissions.has(VIEW))
      return { refused: { code: 'access/permission-required', permission: VIEW } };
    const [row] = await readRoles(deps.db, [id]);
    if (!row) return { refused: { code: 'not-found', what: 'role' } };
    const members = (await countMembers(deps.db, [id])).get(id) ?? 0;
    const permissions = await permissionsInRole(deps, deps.db, row);
    return { answer: { id, ...roleSummary(deps, row, members), permissions } };
  });
}

/** Who holds a permission, by role (ROL-10). */
export function holdersOf(deps: Deps, caller: Caller, permission: string): Promise<RefusalOr<Holders>> {
  return ask<Holders>(deps, caller, { name: 'roles.holders', permission: VIEW }, async () => {
    const action = deps.catalogue.actions.get(permission);
    if (!action) return { refused: { code: 'not-found', what: 'permission' } };
    const granting = new Set(await rolesGranting(deps.db, permission));
    const [rows, members] = await Promise.all([readRoles(deps.db), countMembers(deps.db)]);
    const roles = rows
      .filter((row) => isSuperAdministrator(row.id) || granting.has(row.id))
      .map((row) => ({ id: row.id, name: row.name, members: members.get(row.id) ?? 0 }));
    const total = action.ownerOnly
      ? (await findOwner(deps.db)) === null
        ? 0
        : 1
      : roles.reduce((sum, role) => sum + role.members, 0);
    return { answer: { permission, total, roles, owner: action.ownerOnly === true } };
  });
}

/** The first 200 members of a role by name. */
export function roleMembers(
  deps: Deps,
  caller: Caller,
  id: string
): Promise<RefusalOr<{ id: string; name: string; email: string }[]>> {
  return ask(deps, caller, { name: 'roles.members', permission: 'people.administrators.view' }, async () => {
    const rows = await membersOf(deps.db, id, 200);
    return { answer: rows.map(({ id, name, email }) => ({ id, name, email })) };
  });
}
