import { isSuperAdministrator } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import { SUPER_IS_FOR_PEOPLE } from '../../../core/applications/applications';
import type { AuditEvent } from '../../../core/log/entry';
import { ROLE_TARGET, type RoleKind } from '../../../core/roles/role-kinds';
import { decideRoleDelete } from '../../../core/roles/roles';
import { membersToActivate, moveMembers } from '../../db/tables/administrators-table';
import { applicationsOfRole, moveApplications } from '../../db/tables/applications-table';
import { movePackages } from '../../db/tables/package-roles-table';
import { updateRole, type RoleRow } from '../../db/tables/roles-table';
import { whoNeedNewLink } from '../credentials/activation-makers';
import { defineCommand } from '../write-path/define-command';
import { tooManyMoved } from '../write-path/moved-at-once';
import type { Decision, Outcome } from '../write-path/mutation';
import { rolesInUse } from './read-roles';
import { roleState } from './role-state';

export type RoleDeleteInput = { op: string; id: string; reassignTo?: string | undefined };
export type RoleDeleteAnswer = {
  /** Number of members that have the other role now: administrators, or users by their package. */
  reassigned: number;
  /** Number of them that need a new link: whoever made their open one may do less than the other role (ACC-2). */
  needNewLink: number;
};

/** Deletes a role, and gives its members another one in the same step (ROL-8). */
export const deleteRole = defineCommand('roles.delete', {
  ...deleting('administrator'),
  applications: async (tx, { id }) => (await applicationsOfRole(tx, id)).map((machine) => machine.id)
});

/** Deletes a role of users, and gives the packages that have it another one in the same step (TEN-2). */
export const deleteUserRole = defineCommand('userRoles.delete', deleting('user'));

function deleting(kind: RoleKind) {
  return {
    locks: ({ id, reassignTo }: RoleDeleteInput) => [
      { id, mode: 'update' as const },
      ...(reassignTo === undefined ? [] : [{ id: reassignTo, mode: 'share' as const }])
    ],
    target: ({ id }: RoleDeleteInput) => ({ type: ROLE_TARGET[kind], id }),
    decide
  };
}

async function decide(context: Decision, input: RoleDeleteInput): Promise<Outcome<RoleDeleteAnswer>> {
  const { deps, tx, actor, roles } = context;
  const row = roles.get(input.id);
  if (!row) return { refused: { code: 'not-found', what: 'role' } };
  const replacement = input.reassignTo === undefined ? null : roles.get(input.reassignTo);
  if (replacement === undefined) return { refused: { code: 'not-found', what: 'role' } };

  const used = await rolesInUse(tx, row.kind, [row.id]);
  const applications = await applicationsOfRole(tx, row.id);
  const people = used.members.get(row.id) ?? 0;
  const packages = used.packages.get(row.id) ?? 0;
  const members = people + applications.length;
  const refused =
    decideRoleDelete(
      actor,
      { ...(await roleState(context, row)), members, packages },
      replacement && {
        id: replacement.id,
        effective: (await deps.grants.of(tx, replacement.id, replacement.seq)).effective
      }
    ) ??
    (row.kind === 'user'
      ? tooManyMoved(packages, 'packages', 'reassignTo')
      : tooManyMoved(members, 'members', 'reassignTo')) ??
    (replacement && applications.length > 0 && isSuperAdministrator(replacement.id)
      ? SUPER_IS_FOR_PEOPLE
      : null);
  if (refused) return { refused };

  const outcome = replacement
    ? row.kind === 'user'
      ? await givePackages(context, row, replacement, people)
      : await giveMembers(context, row, replacement)
    : nobody(row);
  await updateRole(tx, row.id, { deletedAt: new Date(), seq: row.seq + 1 });
  return outcome;
}

type Deleted = Exclude<Outcome<RoleDeleteAnswer>, { refused: Refusal }>;

/** Result of deleting a role that nobody has. */
function nobody(row: RoleRow): Deleted {
  return {
    answer: { reassigned: 0, needNewLink: 0 },
    events: [deletedEvent(row, null)],
    affects: [`role:${row.id}`],
    authority: [`role:${row.id}`]
  };
}

function deletedEvent(row: RoleRow, replacement: RoleRow | null): AuditEvent {
  return {
    action: 'role.deleted',
    target: { type: ROLE_TARGET[row.kind], id: row.id, name: row.name },
    outcome: 'success',
    change: [
      { path: 'permissions', old: row.permissionCount, new: 0 },
      ...(replacement ? [{ path: 'reassignedTo', old: null, new: replacement.id }] : [])
    ]
  };
}

/** That somebody or something got the other role. */
function movedEvent(
  action: 'administrator.role_changed' | 'application.edited' | 'package.updated',
  type: string,
  { id, name }: { id: string; name: string },
  [row, replacement]: [RoleRow, RoleRow]
): AuditEvent {
  const change = [{ path: 'roleId', old: row.id, new: replacement.id }];
  return { action, target: { type, id, name }, outcome: 'success', change };
}

async function giveMembers(
  { deps, tx, actor }: Decision,
  row: RoleRow,
  replacement: RoleRow
): Promise<Deleted> {
  const waiting = await membersToActivate(tx, row.id);
  const needNewLink = (await whoNeedNewLink(deps, tx, waiting, { roleId: replacement.id, roles: new Map() }))
    .length;
  const moved = await moveMembers(tx, row.id, replacement.id);
  const machines = await moveApplications(tx, row.id, replacement.id);
  const people = moved.map((person) => `person:${person.id}` as const);
  const programs = machines.map(({ id }) => `application:${id}` as const);
  return {
    answer: { reassigned: moved.length, needNewLink },
    events: [
      deletedEvent(row, replacement),
      ...machines.map((each) => movedEvent('application.edited', 'application', each, [row, replacement])),
      ...moved.map((each) =>
        movedEvent('administrator.role_changed', 'administrator', each, [row, replacement])
      )
    ],
    affects: [`role:${row.id}`, `members:${replacement.id}`, ...people, ...programs],
    authority: [`role:${row.id}`, ...people, ...programs],
    notices: moved.map((to) => ({
      to,
      kind: 'role-changed' as const,
      data: { by: actor.name, role: replacement.name }
    }))
  };
}

async function givePackages(
  { tx, actor }: Decision,
  row: RoleRow,
  replacement: RoleRow,
  users: number
): Promise<Deleted> {
  const stamp = { by: actor.name, at: new Date().toISOString() };
  const moved = await movePackages(tx, row.id, replacement.id, stamp);
  return {
    answer: { reassigned: users, needNewLink: 0 },
    events: [
      deletedEvent(row, replacement),
      ...moved.map((each) => movedEvent('package.updated', 'package', each, [row, replacement]))
    ],
    affects: [
      `role:${row.id}`,
      `members:${replacement.id}`,
      ...moved.map(({ id }) => `package:${id}` as const)
    ],
    authority: [`role:${row.id}`, `role:${replacement.id}`]
  };
}
