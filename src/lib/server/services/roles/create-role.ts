import { randomUUID } from 'node:crypto';
import { requirePermission } from '../../../core/access/access';
import { nameKey } from '../../../core/text/names';
import { decideRoleCreate } from '../../../core/roles/roles';
import { ROLE_RIGHTS, ROLE_TARGET, type RoleKind } from '../../../core/roles/role-kinds';
import { insertRole, writeCells } from '../../db/tables/roles-table';
import { defineCommand } from '../write-path/define-command';
import type { Outcome, Decision } from '../write-path/mutation';
import { grantEvents } from './grant-events';
import { roleNameTaken } from './name-is-free';

export type RoleCreateInput = {
  op: string;
  name: string;
  description?: string | undefined;
  from?: string | undefined;
  permissions?: string[] | undefined;
};

export type RoleCreateAnswer = { id: string; seq: number };

/**
 * Creates a role from nothing, from a list, or as a copy of another role: its permissions, never its members (ROL-8).
 */
export const createRole = defineCommand('roles.create', creating('administrator'));
export const createUserRole = defineCommand('userRoles.create', creating('user'));

function creating(kind: RoleKind) {
  return {
    locks: ({ from }: RoleCreateInput) => (from === undefined ? [] : [{ id: from, mode: 'share' as const }]),
    target: ({ from }: RoleCreateInput) => ({ type: ROLE_TARGET[kind], id: from ?? 'new' }),
    decide: (context: Decision, input: RoleCreateInput) => decide(context, input, kind)
  };
}

// In one piece: one decision, and what it writes.
async function decide(
  context: Decision,
  input: RoleCreateInput,
  kind: RoleKind
): Promise<Outcome<RoleCreateAnswer>> {
  const { deps, tx, actor, roles } = context;
  const permissions = new Set(input.permissions ?? []);
  const source = input.from === undefined ? null : roles.get(input.from);
  if (source === undefined) return { refused: { code: 'not-found', what: 'role' } };
  if (source) {
    const missing = requirePermission(actor, ROLE_RIGHTS[kind].clone);
    if (missing) return { refused: missing };
    const { grants } = await deps.grants.of(tx, source.id, source.seq);
    // Leaves are stored, never the wildcard: a copy of Super Administrator is not widened by a later catalogue.
    for (const id of grants.all ? deps.catalogue.ids : grants.ids)
      if (deps.catalogue.actions.has(id) && !(grants.all && !actor.owner && deps.catalogue.ownerOnly.has(id)))
        permissions.add(id);
  }
  const refused =
    decideRoleCreate(deps.catalogue, actor, kind, permissions) ?? (await roleNameTaken(tx, kind, input.name));
  if (refused) return { refused };

  const id = randomUUID();
  const at = new Date();
  const description = input.description ?? source?.description ?? '';
  await insertRole(tx, {
    id,
    kind,
    name: input.name,
    nameKey: nameKey(input.name),
    description,
    require2fa: source?.require2fa ?? false,
    permissionCount: permissions.size,
    reviewedCatalogue: deps.catalogue.catalogue.version,
    nameBy: actor.name,
    descriptionBy: actor.name,
    require2faBy: actor.name
  });
  const ids = [...permissions];
  await writeCells(
    tx,
    ids.map((permissionId) => ({
      roleId: id,
      permissionId,
      on: true,
      seq: 1,
      byId: actor.id,
      byName: actor.name,
      at
    }))
  );
  const target = { type: ROLE_TARGET[kind], id, name: input.name };
  const fields = [
    { path: 'name', old: null, new: input.name },
    { path: 'description', old: null, new: description },
    ...(source ? [{ path: 'from', old: null, new: source.id }] : [])
  ];
  return {
    answer: { id, seq: 1 },
    events: grantEvents('role.created', target, ids, [], fields),
    affects: [`role:${id}`, `members:${id}`]
  };
}
