import type { CommandName } from '../../../core/commands';
import { ROLE_TARGET, type RoleKind } from '../../../core/roles/role-kinds';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { applyRoleEdit, type RoleEditAnswer } from './apply-role-edit';

export type RoleEditInput = {
  op: string;
  claimedAt?: string | undefined;
  id: string;
  seen: number;
  seenParts?: Record<string, number> | undefined;
  grant?: string[] | undefined;
  revoke?: string[] | undefined;
  name?: string | undefined;
  description?: string | undefined;
  require2fa?: boolean | undefined;
  require2faFrom?: string | null | undefined;
  reviewedCatalogue?: number | undefined;
};

/** Ticks, unticks, renames, describes, requires 2FA (ROL-4, ROL-8). */
export const editRole = defineCommand('roles.edit', editing('roles.edit', 'administrator'));
export const editUserRole = defineCommand('userRoles.edit', editing('userRoles.edit', 'user'));

function editing(procedure: CommandName, kind: RoleKind) {
  return {
    locks: ({ id }: RoleEditInput) => [{ id, mode: 'update' as const }],
    edits: ({ id, grant = [], revoke = [] }: RoleEditInput) => ({ id, grant, revoke }),
    target: ({ id }: RoleEditInput) => ({ type: ROLE_TARGET[kind], id }),
    async decide(context: Decision, input: RoleEditInput): Promise<Outcome<RoleEditAnswer>> {
      const row = context.roles.get(input.id);
      if (!row) return { refused: { code: 'not-found', what: 'role' } };
      const { grant = [], revoke = [] } = input;
      return applyRoleEdit(context, row, { ...input, grant, revoke }, { procedure });
    }
  };
}
