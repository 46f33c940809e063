import { dominatesHolders, requirePermission, type Actor } from '../access';
import type { Refusal } from '../refusal';
import { isSuperAdministrator } from '../access';
import { barredFromPerson } from '../../administrators/people';
import { barredFromApplication, decideApplicationRole } from '../../applications/applications';
import { barredFromTenant } from '../../packages/packages';
import { ROLE_RIGHTS, type RoleKind } from '../../roles/role-kinds';
import { decideAssign, decideTick } from '../../roles/roles';
import type { DecisionReason } from './evaluate';
import type { Principal } from './view';

/** A role as remedies judge it: what its holders may do, and whether anybody has it. */
export type RemedyRole = {
  id: string;
  kind: RoleKind;
  name: string;
  effective: ReadonlySet<string>;
  members: number;
  heldByOwner: boolean;
};

/** A step that would take one reason away, and who may take it. */
export type Remedy = {
  kind: 'add' | 'assign' | 'package' | 'reactivate' | 'sign-in' | 'steward' | 'owner' | 'resume';
  /** `add`: the role that would get it; `assign`: the first of those that include it. */
  role: RemedyRole | null;
  /** Reason why somebody else may not take it; null: they may. */
  barred: (actor: Actor) => Refusal | null;
};

/** Permissions that the catalogue lets users have: a role of theirs never grants any other. */
type ForUsers = { forUsers: ReadonlySet<string> };

/**
 * Remedies that would make a no a yes, the smallest change first (DEC-3). The rules that judge such a change say
 * who may make it.
 */
export function remediesOf(
  reason: DecisionReason,
  held: ReadonlySet<string>,
  roles: readonly RemedyRole[],
  { forUsers }: ForUsers
): Remedy[] {
  switch (reason.code) {
    case 'not-granted':
      if (reason.principal.kind === 'user')
        return forUsers.has(reason.permission) ? [...addTo(reason, roles), anotherPackage(held)] : [];
      return [...addTo(reason, roles), ...assign(reason, held, roles)];
    case 'suspended':
      return [suspended(reason, held)];
    case 'closed':
      return reason.principal.kind === 'administrator' ? [revive(reason.principal, held)] : [];
    case 'paused':
      return [resume(reason, held)];
    case 'owner-only':
      return [
        { kind: 'owner', role: null, barred: ({ owner }) => (owner ? null : { code: 'access/owner' }) }
      ];
    default:
      return [];
  }
}

/**
 * Remedies of a pause. The permission alone decides on everybody's sending; on somebody's, who they are as well
 * (services/quotas/pause).
 */
function resume(
  { principal: { kind, id, owner }, of }: Extract<DecisionReason, { code: 'paused' }>,
  held: ReadonlySet<string>
): Remedy {
  const overThem = (actor: Actor) => {
    if (of === 'platform') return null;
    if (kind === 'user') return barredFromTenant(actor, held);
    return kind === 'administrator'
      ? barredFromPerson(actor, { id, owner, effective: held })
      : barredFromApplication(actor, { id, effective: held });
  };
  const barred = (actor: Actor) => requirePermission(actor, 'quotas.ledger.pause') ?? overThem(actor);
  return { kind: 'resume', role: null, barred };
}

type NotGranted = Extract<DecisionReason, { code: 'not-granted' }>;

function addTo({ role, permission }: NotGranted, roles: readonly RemedyRole[]): Remedy[] {
  const own = role && roles.find(({ id }) => id === role.id);
  if (!own) return [];
  const { heldByOwner, effective } = own;
  return [
    {
      kind: 'add',
      role: own,
      barred: (actor) =>
        requirePermission(actor, ROLE_RIGHTS[own.kind].edit) ??
        (dominatesHolders(actor, { hasMembers: own.members > 0, heldByOwner, effective })
          ? decideTick(actor, own, permission, true)
          : { code: 'access/not-dominated' })
    }
  ];
}

/** Remedy by another package. Which one is for whoever chooses it: it brings caps and counts as well. */
function anotherPackage(held: ReadonlySet<string>): Remedy {
  const barred = (actor: Actor) =>
    requirePermission(actor, 'tenants.users.edit') ?? barredFromTenant(actor, held);
  return { kind: 'package', role: null, barred };
}

function assign(
  { principal, permission }: NotGranted,
  held: ReadonlySet<string>,
  roles: readonly RemedyRole[]
): Remedy[] {
  const isPerson = principal.kind === 'administrator';
  // The one that adds the least.
  const [role] = roles
    .filter(({ kind }) => kind === 'administrator')
    .filter(({ id, effective }) => effective.has(permission) && (isPerson || !isSuperAdministrator(id)))
    .sort((a, b) => a.effective.size - b.effective.size);
  if (!role || principal.owner) return [];
  const { id } = principal;
  const barred = (actor: Actor) =>
    isPerson
      ? (requirePermission(actor, 'people.administrators.change_role') ??
        barredFromPerson(actor, { id, owner: false, effective: held }) ??
        decideAssign(actor, role))
      : (requirePermission(actor, 'people.api_keys.edit_scope') ??
        barredFromApplication(actor, { id, effective: held }) ??
        decideApplicationRole(actor, role));
  return [{ kind: 'assign', role, barred }];
}

function suspended(
  { principal, because }: Extract<DecisionReason, { code: 'suspended' }>,
  held: ReadonlySet<string>
): Remedy {
  if (because === 'suspended') return revive(principal, held);
  if (because === 'steward-gone')
    return {
      kind: 'steward',
      role: null,
      barred: (actor) =>
        requirePermission(actor, 'people.api_keys.edit_scope') ??
        barredFromApplication(actor, { id: principal.id, effective: held })
    };
  return {
    kind: 'sign-in',
    role: null,
    barred: ({ id }) => (id === principal.id ? null : { code: 'access/people-only' })
  };
}

function revive({ kind, id, owner }: Principal, held: ReadonlySet<string>): Remedy {
  if (kind === 'user')
    return {
      ...{ kind: 'reactivate', role: null },
      barred: (actor) => requirePermission(actor, 'tenants.users.activate') ?? barredFromTenant(actor, held)
    };
  return {
    kind: 'reactivate',
    role: null,
    barred: (actor) =>
      kind === 'administrator'
        ? (requirePermission(actor, 'people.administrators.reactivate') ??
          barredFromPerson(actor, { id, owner, effective: held }))
        : (requirePermission(actor, 'people.api_keys.edit_scope') ??
          barredFromApplication(actor, { id, effective: held }))
  };
}
