import { isSuperAdministrator } from '../../../core/access/access';
import { SUPER_IS_FOR_PEOPLE } from '../../../core/applications/applications';
import { decideRoleDelete } from '../../../core/roles/roles';
import { membersToActivate, moveMembers } from '../../db/tables/administrators-table';
import { applicationsOfRole, moveApplications } from '../../db/tables/applications-table';
import { countMembers, updateRole } from '../../db/tables/roles-table';
import { whoNeedNewLink } from '../credentials/activation-makers';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutate';
import { roleState } from './role-state';

export type RoleDeleteInput = { op: string; id: string; reassignTo?: string | undefined };
export type RoleDeleteAnswer = {
  reassigned: number;
  /** How many of them need a new link: whoever made their open one may do less than the other role (ACC-2). */
  needNewLink: number;
};

// An entry names at most so many of those who were moved; each of them has an entry of their own in any case.
const MOVED_AT_ONCE = 2000;

/** Deletes a role, and gives its members another one in the same step (ROL-8). */
export const deleteRole = defineCommand('roles.delete', {
  locks: ({ id, reassignTo }) => [
    { id, mode: 'update' },
    ...(reassignTo === undefined ? [] : [{ id: reassignTo, mode: 'share' as const }])
  ],
  applications: async (tx, { id }) => (await applicationsOfRole(tx, id)).map((machine) => machine.id),
  target: ({ id }) => ({ type: 'role', id }),
  decide
});

async function decide(context: Decision, input: RoleDeleteInput): Promise<Outcome<RoleDeleteAnswer>> {
  const { deps, tx, actor, roles } = context;
  const row = roles.get(input.id);
  if (!row) return { refused: { code: 'not-found', what: 'role' } };
  const heir = input.reassignTo === undefined ? null : roles.get(input.reassignTo);
  if (heir === undefined) return { refused: { code: 'not-found', what: 'role' } };

  const applications = await applicationsOfRole(tx, row.id);
  const people = (await countMembers(tx, [row.id])).get(row.id) ?? 0;
  const members = people + applications.length;
  const refused = decideRoleDelete(
    actor,
    { ...(await roleState(context, row)), members },
    heir && { id: heir.id, effective: (await deps.grants.of(tx, heir.id, heir.seq)).effective }
  );
  if (refused) return { refused };
  if (members > MOVED_AT_ONCE)
    return {
      refused: {
        code: 'input/invalid',
        field: 'reassignTo',
        message: `Move some of the ${members} members first: at most ${MOVED_AT_ONCE} can be moved at once.`
      }
    };

  const waiting = heir ? await membersToActivate(tx, row.id) : [];
  const given = { roleId: heir?.id ?? row.id, roles: new Map() };
  const needNewLink = (await whoNeedNewLink(deps, tx, waiting, given)).length;
  const forMachines =
    heir && applications.length > 0 && isSuperAdministrator(heir.id) ? SUPER_IS_FOR_PEOPLE : null;
  if (forMachines) return { refused: forMachines };
  const moved = heir ? await moveMembers(tx, row.id, heir.id) : [];
  const machines = heir ? await moveApplications(tx, row.id, heir.id) : [];
  await updateRole(tx, row.id, { deletedAt: new Date(), seq: row.seq + 1 });
  return {
    answer: { reassigned: moved.length, needNewLink },
    events: [
      {
        action: 'role.deleted',
        target: { type: 'role', id: row.id, name: row.name },
        outcome: 'success',
        change: [
          { path: 'permissions', old: row.permissionCount, new: 0 },
          ...(heir ? [{ path: 'reassignedTo', old: null, new: heir.id }] : [])
        ]
      },
      ...machines.map((machine) => ({
        action: 'application.edited' as const,
        target: { type: 'application', id: machine.id, name: machine.name },
        outcome: 'success' as const,
        change: [{ path: 'roleId', old: row.id, new: heir!.id }]
      })),
      ...moved.map((person) => ({
        action: 'administrator.role_changed' as const,
        target: { type: 'administrator', id: person.id, name: person.name },
        outcome: 'success' as const,
        change: [{ path: 'roleId', old: row.id, new: heir!.id }]
      }))
    ],
    touches: [
      `role:${row.id}`,
      ...(heir ? [`members:${heir.id}` as const] : []),
      ...moved.map((person) => `person:${person.id}` as const),
      ...machines.map(({ id }) => `application:${id}` as const)
    ],
    authority: [
      `role:${row.id}`,
      ...moved.map((person) => `person:${person.id}` as const),
      ...machines.map(({ id }) => `application:${id}` as const)
    ],
    notices: moved.map((to) => ({
      to,
      kind: 'role-changed' as const,
      data: { by: actor.name, role: heir!.name }
    }))
  };
}
