import { requirePermission } from '../../../core/access/access';
import type { CommandName } from '../../../core/commands';
import { differenceBetween } from '../../../core/roles/role-history';
import { ROLE_RIGHTS, ROLE_TARGET, type RoleKind } from '../../../core/roles/role-kinds';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { applyRoleEdit, type RoleEditAnswer } from './apply-role-edit';
import { roleAfter } from './history-versions';

export type RoleRestoreInput = {
  op: string;
  id: string;
  /** The version to bring back. */
  seq: number;
  /** The version that its author compared it with; without it, whatever is in force. */
  seen?: number | undefined;
};

/** Brings an earlier version of a role back: an edit to the difference, under the same rules as any edit (ROL-9). */
export const restoreRole = defineCommand('roles.restore', restoring('roles.restore', 'administrator'));
export const restoreUserRole = defineCommand('userRoles.restore', restoring('userRoles.restore', 'user'));

function restoring(procedure: CommandName, kind: RoleKind) {
  return {
    locks: ({ id }: RoleRestoreInput) => [{ id, mode: 'update' as const }],
    target: ({ id }: RoleRestoreInput) => ({ type: ROLE_TARGET[kind], id }),
    decide: (context: Decision, input: RoleRestoreInput) => decide(context, input, procedure, kind)
  };
}

async function decide(
  context: Decision,
  input: RoleRestoreInput,
  procedure: CommandName,
  kind: RoleKind
): Promise<Outcome<RoleEditAnswer>> {
  const { deps, tx, actor } = context;
  const missing = requirePermission(actor, ROLE_RIGHTS[kind].edit);
  if (missing) return { refused: missing };
  const row = context.roles.get(input.id);
  if (!row) return { refused: { code: 'not-found', what: 'role' } };

  const { grants } = await deps.grants.of(tx, row.id, row.seq);
  const permissions = grants.all ? new Set(deps.catalogue.ids) : grants.ids;
  const earlier = await roleAfter(deps.catalogue, tx, row, (version) => version.seq === input.seq);
  if (!earlier) return { refused: { code: 'not-found', what: 'version' } };
  const { granted, revoked, fields } = differenceBetween({ ...row, permissions }, earlier.role);
  return applyRoleEdit(
    context,
    row,
    { seen: input.seen ?? row.seq, grant: granted, revoke: revoked, ...fields },
    {
      procedure,
      reason: 'restored',
      notes: [{ path: 'version', old: row.seq, new: input.seq }]
    }
  );
}
