import { dominatesHolders, requirePermission } from '../../../core/access/access';
import type { HandedProcedure, Verdict } from '../../../core/forwarding/handovers';
import {
  barredFromPerson,
  decidePersonEdit,
  decideRequireTwoFactor,
  type PersonState
} from '../../../core/administrators/people';
import {
  barredFromRole,
  decideRoleCreate,
  decideRoleDelete,
  decideRoleEdit,
  type AssignableRole,
  type RoleState
} from '../../../core/roles/roles';
import { ROLE_KINDS, ROLE_PROCEDURES, ROLE_RIGHTS, type RoleKind } from '../../../core/roles/role-kinds';
import type { PlatformCaps } from '../../../core/quotas/caps';
import type { Refusal } from '../../../core/access/refusal';
import { findKnownAdministrator } from '../../db/tables/administrators-table';
import type { Queryable } from '../../db/driver/client';
import { readCells, readRoles } from '../../db/tables/roles-table';
import type { ActingPerson } from '../write-path/acting-person';
import type { Deps } from '../write-path/deps';
import { personState } from '../write-path/person-state';
import { rolesInUse } from '../roles/read-roles';
import { cellState, roleState } from '../roles/role-state';
import { readSection } from '../stored-settings/read-section';
import { permissionFor, type CommandInput } from '../../../protocol/commands/commands';

export type AskedChange = { procedure: HandedProcedure; input: Record<string, unknown> };

/** Nothing is newer than what they will have seen. */
const SEEN = Number.MAX_SAFE_INTEGER;

/** Says what of a change would be refused to somebody at this moment, by part; null where that cannot be said simply. */
export type Judge = (person: ActingPerson) => Verdict | null;

/**
 * Asks the same decisions that will be asked when it is applied, of the rows of this moment: what a recipient would be told (`knowing` all
 * that there is), or its author with what they knew. It gives nobody any right: what lands is judged when it lands.
 */
export async function judgeOf(
  deps: Deps,
  tx: Queryable,
  asked: AskedChange,
  knowing: 'all' | 'as asked'
): Promise<Judge> {
  const { procedure, input } = asked;
  const known = knowing === 'all' ? { ...input, seen: SEEN, seenParts: undefined } : input;
  const further = await furtherRules({ deps, tx }, { procedure, input: known });
  return (person) => {
    const needed = permissionFor(procedure, input as CommandInput<HandedProcedure>);
    const missing = needed === null ? null : requirePermission(person, needed);
    return missing ? { refused: missing } : further(person);
  };
}

type Source = { deps: Deps; tx: Queryable };

const ruled = (refusal: Refusal | null): Verdict => (refusal ? { refused: refusal } : { parts: [] });

async function furtherRules(source: Source, { procedure, input }: AskedChange): Promise<Judge> {
  const { deps, tx } = source;
  const id = String(input['id']);
  const kind = kindOf(procedure);
  if (kind) {
    if (procedure.endsWith('.create')) return ofNewRole(source, kind, input);
    const [row] = await readRoles(tx, [id], kind);
    if (!row) return () => ({ refused: { code: 'not-found', what: 'role' } });
    const state = await roleState({ deps, tx }, row);
    if (procedure.endsWith('.edit')) return ofRoleEdit(source, state, input);
    if (procedure.endsWith('.delete')) return ofRoleDelete(source, state, input);
    if (procedure === 'roles.revokeSessions')
      return (person) => ruled(dominatesHolders(person, state) ? null : { code: 'access/not-dominated' });
    // What an earlier version would grant is worked out when it is restored.
    return (person) => {
      const barred = barredFromRole(person, state);
      return barred ? { refused: barred } : null;
    };
  }
  const row = await findKnownAdministrator(tx, id);
  if (!row) return () => ({ refused: { code: 'not-found', what: 'administrator' } });
  const roles = new Map((await readRoles(tx, [row.roleId])).map((role) => [role.id, role]));
  const state = await personState({ deps, tx, roles }, row);
  if (procedure === 'administrators.update') return ofPersonEdit(source, state, input);
  if (procedure === 'administrators.require2fa')
    return (person) => ruled(decideRequireTwoFactor(person, state, input['required'] === true));
  return (person) => ruled(barredFromPerson(person, state));
}

/** The kind of the roles that a procedure is about; null: it is about none. */
function kindOf(procedure: HandedProcedure): RoleKind | null {
  return ROLE_KINDS.find((kind) => procedure.startsWith(`${ROLE_PROCEDURES[kind]}.`)) ?? null;
}

async function ofRoleEdit(
  { deps, tx }: Source,
  state: RoleState,
  input: AskedChange['input']
): Promise<Judge> {
  const { grant = [], revoke = [] } = input as { grant?: string[]; revoke?: string[] };
  const edit = { ...input, grant, revoke } as unknown as Parameters<typeof decideRoleEdit>[4];
  const cells = new Map((await readCells(tx, state.id, [...grant, ...revoke])).map(cellState));
  return (person) => decideRoleEdit(deps.catalogue, person, state, cells, edit);
}

async function ofRoleDelete(source: Source, state: RoleState, input: AskedChange['input']): Promise<Judge> {
  const replacement = await assignable(source, state.kind, input['reassignTo']);
  const used = await rolesInUse(source.tx, state.kind, [state.id]);
  const members = used.members.get(state.id) ?? 0;
  const packages = used.packages.get(state.id) ?? 0;
  return (person) => ruled(decideRoleDelete(person, { ...state, members, packages }, replacement));
}

async function ofNewRole(source: Source, kind: RoleKind, input: AskedChange['input']): Promise<Judge> {
  const { catalogue } = source.deps;
  const from = await assignable(source, kind, input['from']);
  const permissions = new Set([...((input['permissions'] ?? []) as string[]), ...(from?.effective ?? [])]);
  return (person) => {
    const clone = from ? requirePermission(person, ROLE_RIGHTS[kind].clone) : null;
    if (clone) return { refused: clone };
    // A wildcard is copied as the actions of today.
    const today = new Set([...permissions].filter((id) => catalogue.actions.has(id)));
    return ruled(decideRoleCreate(catalogue, person, kind, today));
  };
}

async function ofPersonEdit(source: Source, state: PersonState, input: AskedChange['input']): Promise<Judge> {
  const platform: PlatformCaps = await readSection(source.tx, 'caps');
  const role = await assignable(source, 'administrator', input['roleId']);
  const edit = { ...input, role: role ?? undefined } as unknown as Parameters<typeof decidePersonEdit>[3];
  return (person) => decidePersonEdit(person, state, platform, edit);
}

async function assignable({ deps, tx }: Source, kind: RoleKind, id: unknown): Promise<AssignableRole | null> {
  if (typeof id !== 'string') return null;
  const [row] = await readRoles(tx, [id], kind);
  return row ? { id, effective: (await deps.grants.of(tx, id, row.seq)).effective } : null;
}
