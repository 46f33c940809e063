import { dominates, isSuperAdministrator, requirePermission, type Actor } from '../access/access';
import type { Refusal } from '../access/refusal';
import { seenOf, type SeenVersions } from '../access/seen';
import type { FieldChange } from '../administrators/people';
import { decideAssign, type AssignableRole, type RefusedPart } from '../roles/roles';

/** An application as the target of a decision: locked by the transaction that asks. */
export type ApplicationState = {
  id: string;
  name: string;
  roleId: string;
  stewardId: string | null;
  allowlist: readonly string[];
  perMinute: number | null;
  /** What it can do now. */
  effective: ReadonlySet<string>;
  /** Field → its last change. A field never changed is as it was made. */
  changed: Readonly<Record<string, FieldChange>>;
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

/** Whether somebody may touch an application at all: not one that can do more than they (ACC-2), and none its own (ACC-4). */
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

/** Whether an application may be given a role (ACC-1). */
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
  const mayChange = (
    field: string,
    yours: unknown,
    theirs: unknown,
    refused: Refusal | null = null
  ): boolean => {
    if (yours === undefined || shown(yours) === shown(theirs)) return false;
    const changed = application.changed[field];
    if (refused) parts.push({ ...refused, field });
    else if (changed && changed.seq > seenOf(edit, field))
      parts.push({
        code: 'conflict/changed-since',
        field,
        yours: shown(yours),
        theirs: shown(theirs),
        by: changed.by,
        at: changed.at,
        version: changed.seq
      });
    else return true;
    return false;
  };
  const { name, role, stewardId, allowlist, perMinute } = edit;
  if (mayChange('name', name, application.name)) fields.name = name!;
  if (mayChange('roleId', role?.id, application.roleId, role && decideApplicationRole(actor, role)))
    fields.roleId = role!.id;
  if (mayChange('stewardId', stewardId, application.stewardId)) fields.stewardId = stewardId!;
  if (mayChange('allowlist', allowlist, application.allowlist)) fields.allowlist = allowlist!;
  if (mayChange('perMinute', perMinute, application.perMinute)) fields.perMinute = perMinute!;
  return { fields, parts };
}

/** A value as a conflict names it. */
function shown(value: unknown): string | number | null {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
