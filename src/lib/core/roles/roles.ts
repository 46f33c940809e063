import { dominatesHolders, notHeld, requirePermission, type Actor } from '../access/access';
import type { CatalogueIndex } from '../access/catalogue';
import type { FieldValue, Refusal } from '../access/refusal';
import { seenOf, type SeenVersions } from '../access/seen';
import { decideForKind, ROLE_RIGHTS, type RoleKind } from './role-kinds';

/** One permission of a role and the version of its last change. A cell that was never set does not exist. */
export type Cell = { on: boolean; version: number; by: string; at: string };

/** A field of a role with the version of its last change. */
export type Versioned<T> = { value: T; version: number; by: string; at: string };

/** A role as the decision needs it: locked by the transaction that asks. */
export type RoleState = {
  id: string;
  kind: RoleKind;
  locked: boolean;
  version: number;
  name: Versioned<string>;
  description: Versioned<string>;
  require2fa: Versioned<boolean>;
  /** ISO time from which it is asked for; null: at once. */
  require2faFrom: string | null;
  /** Version of the catalogue at the last review; absent where it decides nothing. */
  reviewedCatalogue?: number;
  hasMembers: boolean;
  heldByOwner: boolean;
  /** Permissions that a holder of this role may use now (without what only the owner may). */
  effective: ReadonlySet<string>;
};

export type RoleEdit = SeenVersions & {
  grant: readonly string[];
  revoke: readonly string[];
  name?: string | undefined;
  description?: string | undefined;
  require2fa?: boolean | undefined;
  /** The date from when on, with `require2fa`. Left out where two factors are required already, the date stays. */
  require2faFrom?: string | null | undefined;
  /** Version of the catalogue whose new permissions were looked through (ROL-11). */
  reviewedCatalogue?: number | undefined;
};

/** A part of an edit that did not land, with the permission or field it concerns. */
export type RefusedPart = Refusal & { permission?: string; field?: string };

/** The fields of a role that an edit changes, as they are then. */
export type RoleFieldChanges = {
  name?: string;
  description?: string;
  require2fa?: boolean;
  require2faFrom?: string | null;
  reviewedCatalogue?: number;
};

export type RoleEditDecision =
  | { refused: Refusal }
  | {
      granted: string[];
      revoked: string[];
      fields: RoleFieldChanges;
      parts: RefusedPart[];
    };

/**
 * Decides an edit of a role (ACC-1, ACC-3, LIV-5, LIV-6, LIV-7). Parts are judged one by one: what is refused does
 * not stop the rest. Revocations always apply; a grant older than a revocation does not; a permission granted and
 * revoked in the same edit is revoked.
 * In one piece: one decision about many parts, each judged by what was decided of those before it.
 */
export function decideRoleEdit(
  catalogue: CatalogueIndex,
  actor: Actor,
  role: RoleState,
  cells: ReadonlyMap<string, Cell>,
  edit: RoleEdit
): RoleEditDecision {
  const barred = barredFromRole(actor, role);
  if (barred) return { refused: barred };

  const parts: RefusedPart[] = [];
  for (const field of ['grant', 'revoke'] as const) {
    const unknown = edit[field].filter((id) => !catalogue.actions.has(id) && !cells.has(id));
    if (unknown.length > 0)
      return { refused: { code: 'input/unknown-permission', field, permissions: unknown.slice(0, 20) } };
  }

  const revoke = new Set(edit.revoke);
  const revoked = [...revoke].filter((id) => cells.get(id)?.on);
  const granted: string[] = [];
  for (const id of new Set(edit.grant)) {
    const cell = cells.get(id);
    if (revoke.has(id) || cell?.on) continue;
    const barredTick = decideForKind(catalogue, role.kind, [id]) ?? decideTick(actor, role, id, true);
    if (!catalogue.actions.has(id)) {
      parts.push({ code: 'input/unknown-permission', field: 'grant', permission: id, permissions: [id] });
    } else if (barredTick) {
      parts.push({ ...barredTick, permission: id });
    } else if (cell && cell.version > seenOf(edit, id)) {
      const { by, at, version } = cell;
      parts.push({ code: 'conflict/revoked-since', permission: id, by, at, version });
    } else {
      granted.push(id);
    }
  }

  const fields: RoleFieldChanges = reviewOf(catalogue, role, edit);
  if (edit.name !== undefined && edit.name !== role.name.value) {
    if (role.name.version > seenOf(edit, 'name')) parts.push(changedSince('name', edit.name, role.name));
    else fields.name = edit.name;
  }
  if (edit.description !== undefined && edit.description !== role.description.value) {
    if (role.description.version > seenOf(edit, 'description'))
      parts.push(changedSince('description', edit.description, role.description));
    else fields.description = edit.description;
  }
  const from = edit.require2fa ? (edit.require2faFrom ?? null) : null;
  const dated = edit.require2faFrom !== undefined && from !== role.require2faFrom;
  if (
    edit.require2fa !== undefined &&
    (edit.require2fa !== role.require2fa.value || (edit.require2fa && dated))
  ) {
    const tightens = edit.require2fa && (!role.require2fa.value || isEarlier(from, role.require2faFrom));
    const need = requirePermission(actor, ROLE_RIGHTS[role.kind].requireTwoFactor);
    // Tightening always applies; loosening in ignorance of a tightening does not.
    if (need) parts.push({ ...need, field: 'require2fa' });
    // ACC-4: nobody loosens what is asked of themselves.
    else if (!tightens && role.id === actor.roleId) parts.push({ code: 'access/self', field: 'require2fa' });
    else if (!tightens && role.require2fa.version > seenOf(edit, 'require2fa'))
      parts.push(changedSince('require2fa', edit.require2fa, role.require2fa));
    else {
      fields.require2fa = edit.require2fa;
      if (from !== role.require2faFrom) fields.require2faFrom = from;
    }
  }
  return { granted, revoked, fields, parts };
}

/** ROL-11: a review is never undone by an older one, and is of no catalogue that is not there yet. */
function reviewOf({ catalogue }: CatalogueIndex, role: RoleState, edit: RoleEdit): RoleFieldChanges {
  const reviewed = Math.min(edit.reviewedCatalogue ?? 0, catalogue.version);
  return role.reviewedCatalogue !== undefined && reviewed > role.reviewedCatalogue
    ? { reviewedCatalogue: reviewed }
    : {};
}

/**
 * Reason why one permission may not be ticked or unticked in a role that the actor may edit; null when it may
 * (ACC-1, ACC-3). Unticking always may.
 */
export function decideTick(
  actor: Actor,
  role: Pick<RoleState, 'id'>,
  permission: string,
  on: boolean
): Refusal | null {
  if (!on) return null;
  const missing = notHeld(actor, [permission]);
  if (missing.length > 0) return { code: 'access/not-held', permissions: missing };
  return role.id === actor.roleId ? { code: 'access/self' } : null;
}

/** ROL-7 and ACC-3: whether this role may be touched by this person at all. */
export function barredFromRole(actor: Actor, role: RoleState): Refusal | null {
  if (role.locked) return { code: 'access/locked' };
  if (!dominatesHolders(actor, role)) return { code: 'access/not-dominated' };
  return null;
}

/** Decides the permissions of a new role, whatever they come from (ACC-1, TEN-4): all of them or none. */
export function decideRoleCreate(
  catalogue: CatalogueIndex,
  actor: Actor,
  kind: RoleKind,
  permissions: ReadonlySet<string>
): Refusal | null {
  const unknown = [...permissions].filter((id) => !catalogue.actions.has(id));
  if (unknown.length > 0)
    return { code: 'input/unknown-permission', field: 'permissions', permissions: unknown.slice(0, 20) };
  const others = decideForKind(catalogue, kind, permissions);
  if (others) return others;
  const missing = notHeld(actor, permissions);
  return missing.length > 0 ? { code: 'access/not-held', permissions: missing } : null;
}

/** A role as the target of an assignment. */
export type AssignableRole = { id: string; effective: ReadonlySet<string> };

/**
 * Decides whether `actor` may give `role` to somebody (ACC-1): only what they hold themselves. Owner-only leaves do
 * not count: they are without effect for anybody but the owner.
 */
export function decideAssign(actor: Actor, role: AssignableRole): Refusal | null {
  const missing = notHeld(actor, role.effective);
  return missing.length > 0 ? { code: 'access/not-held', permissions: missing } : null;
}

/**
 * Decides a deletion with reassignment of the members, or of the packages that give it, in the same step (ROL-8,
 * TEN-2).
 */
export function decideRoleDelete(
  actor: Actor,
  role: RoleState & { members: number; packages?: number },
  reassignTo: AssignableRole | null
): Refusal | null {
  const barred = barredFromRole(actor, role);
  if (barred) return barred;
  if (role.id === actor.roleId) return { code: 'access/self' };
  const { members, packages = 0 } = role;
  if (members === 0 && packages === 0) return null;
  if (!reassignTo) return { code: 'conflict/in-use', members, ...(packages > 0 ? { packages } : {}) };
  if (reassignTo.id === role.id)
    return {
      code: 'input/invalid',
      field: 'reassignTo',
      message: 'Choose a role other than the one being deleted.'
    };
  const need = requirePermission(actor, ROLE_RIGHTS[role.kind].assign);
  return need ?? decideAssign(actor, reassignTo);
}

/** True if a requirement begins sooner than another one; null: at once. ISO times in UTC sort as text. */
function isEarlier(a: string | null, b: string | null): boolean {
  return b !== null && (a === null || a < b);
}

function changedSince(field: string, yours: FieldValue, theirs: Versioned<FieldValue>): RefusedPart {
  return {
    code: 'conflict/changed-since',
    field,
    yours,
    theirs: theirs.value,
    by: theirs.by,
    at: theirs.at,
    version: theirs.version
  };
}
