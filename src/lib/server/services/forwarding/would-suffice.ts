import { dominatesHolders, requirePermission } from '../../../core/access/access';
import {
  barredFromPerson,
  barredFromUnlocking,
  decidePersonEdit,
  decideRequireTwoFactor,
  type PersonState
} from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import type { HandedCommandName } from '../../../core/commands';
import type { HandedProcedure, Verdict } from '../../../core/forwarding/handovers';
import { ROLE_RIGHTS, type RoleKind } from '../../../core/roles/role-kinds';
import {
  barredFromRole,
  decideRoleCreate,
  decideRoleDelete,
  decideRoleEdit,
  type AssignableRole,
  type RoleState
} from '../../../core/roles/roles';
import { permissionFor, type CommandInput } from '../../../protocol/commands/commands';
import { findKnownAdministrator } from '../../db/tables/administrators-table';
import type { Queryable } from '../../db/driver/client';
import { readCells, readRoles } from '../../db/tables/roles-table';
import type { ActingPerson } from '../write-path/acting-person';
import type { Deps } from '../write-path/deps';
import { personState } from '../write-path/person-state';
import { rolesInUse } from '../roles/read-roles';
import { cellState, roleState } from '../roles/role-state';
import { readSection } from '../stored-settings/read-section';

export type RequestedChange = { procedure: HandedProcedure; input: Record<string, unknown> };

/** Nothing is newer than what they will have seen. */
const SEEN = Number.MAX_SAFE_INTEGER;

/**
 * Says what of a change would be refused to somebody at this moment, by part; null where that cannot be said
 * simply.
 */
export type Judge = (person: ActingPerson) => Verdict | null;

/**
 * Asks the same decisions that will be asked when it is applied, of the rows of this moment: what a recipient would
 * be told (`knowing` all that there is), or its author with what they knew. It gives nobody any right: what lands
 * is judged when it lands.
 */
export async function judgeOf(
  deps: Deps,
  tx: Queryable,
  { procedure, input }: RequestedChange,
  knowing: 'all' | 'as asked'
): Promise<Judge> {
  const known = knowing === 'all' ? { ...input, seen: SEEN, seenParts: undefined } : input;
  const further = await furtherRules({ deps, tx }, procedure, known as RequestedInput<typeof procedure>);
  return (person) => {
    const needed = permissionFor(procedure, input as CommandInput<HandedProcedure>);
    const missing = needed === null ? null : requirePermission(person, needed);
    return missing ? { refused: missing } : further(person);
  };
}

type Source = { deps: Deps; tx: Queryable };

/** Input of a command as its schema let it through, without the fields that belong to a single request. */
type RequestedInput<N extends HandedCommandName> = Omit<CommandInput<N>, 'op' | 'claimedAt'>;

type Rules<N extends HandedCommandName> = (source: Source, input: RequestedInput<N>) => Promise<Judge>;

function furtherRules<N extends HandedCommandName>(
  source: Source,
  procedure: N,
  input: RequestedInput<N>
): Promise<Judge> {
  return RULES[procedure](source, input);
}

const ruled = (refusal: Refusal | null): Verdict => (refusal ? { refused: refusal } : { parts: [] });

/** Judges if a person may touch that account at all: for most steps on it there is no further rule. */
const account: Rules<'administrators.suspend'> = (source, { id }) =>
  ofPerson(source, id, (state) => Promise.resolve((person) => ruled(barredFromPerson(person, state))));

/**
 * Judges a restore by the role it touches alone, null when that is no bar: the permissions an earlier version would
 * grant are worked out when it is restored.
 */
const restored =
  (kind: RoleKind): Rules<'roles.restore'> =>
  (source, { id }) =>
    ofRole(source, kind, id, (state) =>
      Promise.resolve((person) => {
        const barred = barredFromRole(person, state);
        return barred ? { refused: barred } : null;
      })
    );

const edited =
  (kind: RoleKind): Rules<'roles.edit'> =>
  (source, input) =>
    ofRole(source, kind, input.id, (state) => ofRoleEdit(source, state, input));

const deleted =
  (kind: RoleKind): Rules<'roles.delete'> =>
  (source, input) =>
    ofRole(source, kind, input.id, (state) => ofRoleDelete(source, state, input));

const created =
  (kind: RoleKind): Rules<'roles.create'> =>
  (source, input) =>
    ofNewRole(source, kind, input);

/** The rules of each command besides its permission. */
const RULES: { readonly [N in HandedCommandName]: Rules<N> } = {
  'roles.edit': edited('administrator'),
  'roles.create': created('administrator'),
  'roles.delete': deleted('administrator'),
  'roles.restore': restored('administrator'),
  'roles.revokeSessions': (source, { id }) =>
    ofRole(source, 'administrator', id, (state) =>
      Promise.resolve((person) =>
        ruled(dominatesHolders(person, state) ? null : { code: 'access/not-dominated' })
      )
    ),
  'userRoles.edit': edited('user'),
  'userRoles.create': created('user'),
  'userRoles.delete': deleted('user'),
  'userRoles.restore': restored('user'),
  'administrators.update': (source, input) =>
    ofPerson(source, input.id, (state) => ofPersonEdit(source, state, input)),
  'administrators.require2fa': (source, { id, required }) =>
    ofPerson(source, id, (state) =>
      Promise.resolve((person) => ruled(decideRequireTwoFactor(person, state, required)))
    ),
  'administrators.suspend': account,
  'administrators.reactivate': account,
  'administrators.unlock': (source, { id }) =>
    ofPerson(source, id, async ({ roleId }) => {
      const role = await assignable(source, 'administrator', roleId);
      const effective = role?.effective ?? new Set<string>();
      return (person) => ruled(barredFromUnlocking(person, { id, effective }));
    }),
  'administrators.delete': account,
  'administrators.reset2fa': account,
  'administrators.revokeSessions': account
};

async function ofRole(
  { deps, tx }: Source,
  kind: RoleKind,
  id: string,
  judge: (state: RoleState) => Promise<Judge>
): Promise<Judge> {
  const [row] = await readRoles(tx, [id], kind);
  if (!row) return () => ({ refused: { code: 'not-found', what: 'role' } });
  return judge(await roleState({ deps, tx }, row));
}

async function ofPerson(
  { deps, tx }: Source,
  id: string,
  judge: (state: PersonState) => Promise<Judge>
): Promise<Judge> {
  const row = await findKnownAdministrator(tx, id);
  if (!row) return () => ({ refused: { code: 'not-found', what: 'administrator' } });
  const roles = new Map((await readRoles(tx, [row.roleId])).map((role) => [role.id, role]));
  return judge(await personState({ deps, tx, roles }, row));
}

async function ofRoleEdit(
  { deps, tx }: Source,
  state: RoleState,
  input: RequestedInput<'roles.edit'>
): Promise<Judge> {
  const { grant = [], revoke = [] } = input;
  const edit = { ...input, grant, revoke };
  const cells = new Map((await readCells(tx, state.id, [...grant, ...revoke])).map(cellState));
  return (person) => decideRoleEdit(deps.catalogue, person, state, cells, edit);
}

async function ofRoleDelete(
  source: Source,
  state: RoleState,
  { reassignTo }: RequestedInput<'roles.delete'>
): Promise<Judge> {
  const replacement = await assignable(source, state.kind, reassignTo);
  const used = await rolesInUse(source.tx, state.kind, [state.id]);
  const members = used.members.get(state.id) ?? 0;
  const packages = used.packages.get(state.id) ?? 0;
  return (person) => ruled(decideRoleDelete(person, { ...state, members, packages }, replacement));
}

async function ofNewRole(
  source: Source,
  kind: RoleKind,
  input: RequestedInput<'roles.create'>
): Promise<Judge> {
  const { catalogue } = source.deps;
  const from = await assignable(source, kind, input.from);
  const permissions = new Set([...(input.permissions ?? []), ...(from?.effective ?? [])]);
  return (person) => {
    const clone = from ? requirePermission(person, ROLE_RIGHTS[kind].clone) : null;
    if (clone) return { refused: clone };
    // A wildcard is copied as the actions of today.
    const today = new Set([...permissions].filter((id) => catalogue.actions.has(id)));
    return ruled(decideRoleCreate(catalogue, person, kind, today));
  };
}

async function ofPersonEdit(
  source: Source,
  state: PersonState,
  { roleId, ...input }: RequestedInput<'administrators.update'>
): Promise<Judge> {
  const platform = await readSection(source.tx, 'caps');
  const role = await assignable(source, 'administrator', roleId);
  const edit = { ...input, role: role ?? undefined };
  return (person) => decidePersonEdit(person, state, platform, edit);
}

async function assignable(
  { deps, tx }: Source,
  kind: RoleKind,
  id: string | undefined
): Promise<AssignableRole | null> {
  const [row] = id === undefined ? [] : await readRoles(tx, [id], kind);
  return row ? { id: row.id, effective: (await deps.grants.of(tx, row.id, row.seq)).effective } : null;
}
