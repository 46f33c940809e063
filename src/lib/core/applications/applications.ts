import { dominates, isSuperAdministrator, requirePermission, type Actor } from '../access/access';
import type { Refusal } from '../access/refusal';
import type { SeenVersions } from '../access/seen';
import { judgeFields, listValue, type FieldChanges } from '../editing/judge-fields';
import { decideAssign, type AssignableRole, type RefusedPart } from '../roles/roles';

/** An application as the target of a decision: locked by the transaction that asks. */
export type ApplicationState = {
  id: string;
  name: string;
  roleId: string;
  stewardId: string | null;
  allowlist: readonly string[];
  perMinute: number | null;
  /** Permissions that it can use now. */
  effective: ReadonlySet<string>;
  changed: FieldChanges;
};

export type ApplicationFields = {
  name?: string | undefined;
  /** The role to give, as it is now. */
  role?: AssignableRole | undefined;
  stewardId?: string | undefined;
  allowlist?: readonly string[] | undefined;
  perMinute?: number | null | undefined;
};

export type ApplicationEditDecision = {
  fields: {
    name?: string;
    roleId?: string;
    stewardId?: string;
    allowlist?: readonly string[];
    perMinute?: number | null;
  };
  parts: RefusedPart[];
};

/**
 * Decides whether somebody may touch an application at all: not one that can do more than they (ACC-2), and none
 * its own (ACC-4). Null: they may.
 */
export function barredFromApplication(
  actor: Actor,
  application: Pick<ApplicationState, 'id' | 'effective'>
): Refusal | null {
  if (actor.id === application.id) return { code: 'access/self' };
  return dominates(actor, { owner: false, permissions: application.effective })
    ? null
    : { code: 'access/not-dominated' };
}

/** Super Administrator outranks every list, and is never counted in a machine (APP-1). */
export const SUPER_IS_FOR_PEOPLE: Refusal = {
  code: 'input/invalid',
  field: 'roleId',
  message: 'An application cannot be a Super Administrator. Choose another role.'
};

/** Decides whether an application may be given a role (ACC-1). Null: it may. */
export function decideApplicationRole(actor: Actor, role: AssignableRole): Refusal | null {
  if (isSuperAdministrator(role.id)) return SUPER_IS_FOR_PEOPLE;
  return requirePermission(actor, 'people.roles.assign') ?? decideAssign(actor, role);
}

/** Decides an edit of an application field by field: what is refused does not stop the rest (LIV-7). */
export function decideApplicationEdit(
  actor: Actor,
  application: ApplicationState,
  edit: SeenVersions & ApplicationFields
): ApplicationEditDecision | { refused: Refusal } {
  const barred = barredFromApplication(actor, application);
  if (barred) return { refused: barred };
  const fields: ApplicationEditDecision['fields'] = {};
  const parts: RefusedPart[] = [];
  const judge = judgeFields(edit, application.changed, parts);
  const { name, role, stewardId, allowlist, perMinute } = edit;
  if (name !== undefined && judge('name', { yours: name, theirs: application.name })) fields.name = name;
  if (
    role !== undefined &&
    judge('roleId', {
      yours: role.id,
      theirs: application.roleId,
      rules: () => [decideApplicationRole(actor, role)]
    })
  )
    fields.roleId = role.id;
  if (stewardId !== undefined && judge('stewardId', { yours: stewardId, theirs: application.stewardId }))
    fields.stewardId = stewardId;
  if (
    allowlist !== undefined &&
    judge('allowlist', { yours: listValue(allowlist), theirs: listValue(application.allowlist) })
  )
    fields.allowlist = allowlist;
  if (perMinute !== undefined && judge('perMinute', { yours: perMinute, theirs: application.perMinute }))
    fields.perMinute = perMinute;
  return { fields, parts };
}
