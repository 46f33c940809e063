import { dominatesHolders, requirePermission } from '../../../core/access';
import type { HandedProcedure } from '../../../core/handovers';
import {
  barredFromPerson,
  decidePersonEdit,
  decideRequireTwoFactor,
  type PersonState
} from '../../../core/people';
import {
  barredFromRole,
  decideRoleCreate,
  decideRoleDelete,
  decideRoleEdit,
  type AssignableRole,
  type Cell,
  type RoleState
} from '../../../core/roles';
import type { PlatformCaps } from '../../../core/caps';
import { findKnownAdministrator } from '../../db/administrators-table';
import { countMembers, readCells, readRoles } from '../../db/roles-table';
import type { ActingPerson } from '../authority';
import type { Deps } from '../deps';
import { personState } from '../people/person-state';
import { deleteAdministrator } from '../people/delete-administrator';
import { requireTwoFactor, resetTwoFactor, unlockAdministrator } from '../people/credentials';
import { revokeSessions } from '../people/person-sessions';
import { reactivateAdministrator, suspendAdministrator } from '../people/suspend';
import { updateAdministrator } from '../people/update-administrator';
import { createRole } from '../roles/create-role';
import { deleteRole } from '../roles/delete-role';
import { editRole } from '../roles/edit-role';
import { restoreRole } from '../roles/restore-role';
import { revokeRoleSessions } from '../roles/revoke-sessions';
import { roleState } from '../roles/role-state';
import { readSection } from '../settings/read-section';
import type { Mutation } from '../write-path';

export type AskedChange = { procedure: HandedProcedure; input: Record<string, unknown> };

/** What each takes to begin with, as its use case says it. */
const MUTATIONS = {
  'roles.edit': editRole,
  'roles.create': createRole,
  'roles.delete': deleteRole,
  'roles.restore': restoreRole,
  'roles.revokeSessions': revokeRoleSessions,
  'administrators.update': updateAdministrator,
  'administrators.suspend': suspendAdministrator,
  'administrators.reactivate': reactivateAdministrator,
  'administrators.unlock': unlockAdministrator,
  'administrators.delete': deleteAdministrator,
  'administrators.require2fa': requireTwoFactor,
  'administrators.reset2fa': resetTwoFactor,
  'administrators.revokeSessions': revokeSessions
} as unknown as Record<HandedProcedure, Mutation<{ op: string }, unknown>>;

/** Nothing is newer than what they will have seen. */
const SEEN = Number.MAX_SAFE_INTEGER;

/** Says of somebody whether their rights of this moment would do for what was asked; null where that cannot be said simply. */
export type Sufficiency = (person: ActingPerson) => boolean | null;

/**
 * Asks the same decisions that will be asked when it is applied, of the rows of this moment. It is a hint for whoever chooses and no more:
 * what lands is judged when it lands.
 */
export async function sufficiencyOf(deps: Deps, asked: AskedChange): Promise<Sufficiency> {
  const further = await furtherRules(deps, asked);
  return (person) => {
    const { permission } = MUTATIONS[asked.procedure];
    const needed = typeof permission === 'function' ? permission(asked.input as { op: string }) : permission;
    if (needed !== null && requirePermission(person, needed)) return false;
    return further(person);
  };
}

async function furtherRules(deps: Deps, { procedure, input }: AskedChange): Promise<Sufficiency> {
  if (procedure === 'roles.create') return ofNewRole(deps, input);
  const id = String(input['id']);
  if (procedure.startsWith('roles.')) {
    const [row] = await readRoles(deps.db, [id]);
    if (!row) return () => false;
    const state = await roleState({ deps, tx: deps.db }, row);
    if (procedure === 'roles.edit') return ofRoleEdit(deps, state, input);
    if (procedure === 'roles.delete') return ofRoleDelete(deps, state, input);
    if (procedure === 'roles.revokeSessions') return (person) => dominatesHolders(person, state);
    // What an earlier version would grant is worked out when it is restored.
    return (person) => (barredFromRole(person, state) ? false : null);
  }
  const row = await findKnownAdministrator(deps.db, id);
  if (!row) return () => false;
  const roles = new Map((await readRoles(deps.db, [row.roleId])).map((role) => [role.id, role]));
  const state = await personState({ deps, tx: deps.db, roles }, row);
  if (procedure === 'administrators.update') return ofPersonEdit(deps, state, input);
  if (procedure === 'administrators.require2fa')
    return (person) => decideRequireTwoFactor(person, state, input['required'] === true) === null;
  return (person) => barredFromPerson(person, state) === null;
}

async function ofRoleEdit(deps: Deps, state: RoleState, input: AskedChange['input']): Promise<Sufficiency> {
  const edit = { ...input, seen: SEEN, seenParts: undefined } as unknown as Parameters<
    typeof decideRoleEdit
  >[4];
  const { grant = [], revoke = [] } = input as { grant?: string[]; revoke?: string[] };
  const cells = new Map(
    (await readCells(deps.db, state.id, [...grant, ...revoke])).map((cell): [string, Cell] => [
      cell.permissionId,
      { on: cell.on, version: cell.seq, by: cell.byName, at: cell.at.toISOString() }
    ])
  );
  return (person) => {
    const decision = decideRoleEdit(deps.catalogue, person, state, cells, { ...edit, grant, revoke });
    return !('refused' in decision) && decision.parts.length === 0;
  };
}

async function ofRoleDelete(deps: Deps, state: RoleState, input: AskedChange['input']): Promise<Sufficiency> {
  const heir = await assignable(deps, input['reassignTo']);
  const members = (await countMembers(deps.db, [state.id])).get(state.id) ?? 0;
  return (person) => decideRoleDelete(person, { ...state, members }, heir) === null;
}

async function ofNewRole(deps: Deps, input: AskedChange['input']): Promise<Sufficiency> {
  const source = await assignable(deps, input['from']);
  const permissions = new Set([...((input['permissions'] ?? []) as string[]), ...(source?.effective ?? [])]);
  return (person) => {
    if (source && requirePermission(person, 'people.roles.clone')) return false;
    // A wildcard is copied as the actions of today.
    const today = new Set([...permissions].filter((id) => deps.catalogue.actions.has(id)));
    return decideRoleCreate(deps.catalogue, person, today) === null;
  };
}

async function ofPersonEdit(
  deps: Deps,
  state: PersonState,
  input: AskedChange['input']
): Promise<Sufficiency> {
  const platform: PlatformCaps = await readSection(deps.db, 'caps');
  const role = await assignable(deps, input['roleId']);
  const edit = { ...input, seen: SEEN, seenParts: undefined, role: role ?? undefined };
  return (person) => decidePersonEdit(person, state, platform, edit).parts.length === 0;
}

async function assignable({ db, grants }: Deps, id: unknown): Promise<AssignableRole | null> {
  if (typeof id !== 'string') return null;
  const [row] = await readRoles(db, [id]);
  return row ? { id, effective: (await grants.of(db, id, row.seq)).effective } : null;
}
