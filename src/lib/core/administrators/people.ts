import type { PermissionId } from '../access/catalogue/permission-ids';
import { dominates, requirePermission, type Actor } from '../access/access';
import {
  CAPS,
  capAbove,
  allowsMore,
  type CapId,
  type CapSetting,
  type CapSettings,
  type PlatformCaps
} from '../quotas/caps';
import type { Refusal } from '../access/refusal';
import { judgeFields, judgeSettings, type FieldChanges } from '../editing/judge-fields';
import { decideAssign, type AssignableRole, type RefusedPart } from '../roles/roles';
import type { SeenVersions } from '../access/seen';

/** An administrator as the target of a decision: locked by the transaction that asks. */
export type PersonState = {
  id: string;
  owner: boolean;
  roleId: string;
  /** Permissions that they can use now. */
  effective: ReadonlySet<string>;
  name: string;
  email: string;
  caps: CapSettings;
  changed: FieldChanges;
};

/**
 * Decides whether somebody may touch another's account at all (ACC-2, ACC-4, OWN-2): not their own in this way, not
 * the owner's, and nobody's who may do more than they. Null: they may.
 */
export function barredFromPerson(
  actor: Actor,
  person: Pick<PersonState, 'id' | 'owner' | 'effective'>
): Refusal | null {
  if (actor.id === person.id) return { code: 'access/self' };
  if (person.owner) return { code: 'access/owner' };
  if (!dominates(actor, { owner: false, permissions: person.effective }))
    return { code: 'access/not-dominated' };
  return null;
}

/** The bar that is left where a change of one's own account is nobody else's business: its name, its address. */
export function barredUnlessOwn(barred: Refusal | null): Refusal | null {
  return barred?.code === 'access/self' ? null : barred;
}

/**
 * The bar to changing somebody's sending names: the owner's are the owner's to set, because nobody else may; all
 * others' are as their caps are.
 * @param barred the bar to touching their account
 */
export function barredFromNames(
  barred: Refusal | null,
  { owner }: Pick<PersonState, 'owner'>
): Refusal | null {
  return owner ? barredUnlessOwn(barred) : barred;
}

/**
 * The bar to letting somebody in again whom wrong tries have locked out: nothing of their account changes, so
 * whoever may do all that their role may lets the owner in again, too.
 * @param person with what their role lets anybody do who is not the owner
 */
export function barredFromUnlocking(
  actor: Actor,
  person: Pick<PersonState, 'id' | 'effective'>
): Refusal | null {
  return barredFromPerson(actor, { ...person, owner: false });
}

/** Permissions that it takes to change single fields of an administrator. */
export const FIELD_RIGHTS = {
  name: 'people.administrators.edit',
  email: 'people.administrators.edit',
  roleId: 'people.administrators.change_role'
} as const satisfies Record<string, PermissionId>;

export type PersonEdit = SeenVersions & {
  name?: string | undefined;
  email?: string | undefined;
  /** The role to give, as it is now. */
  role?: AssignableRole | undefined;
  caps?: Partial<CapSettings> | undefined;
};

export type PersonEditDecision = {
  fields: { name?: string; email?: string; roleId?: string; caps?: Partial<CapSettings> };
  parts: RefusedPart[];
};

/**
 * Decides an edit of an administrator (ACC-1, ACC-2, ACC-4, LIV-7, ADM-12). Fields are judged one by one: what is
 * refused does not stop the rest. A lower cap always applies; any other change made in ignorance of another one
 * does not.
 */
export function decidePersonEdit(
  actor: Actor & { caps: CapSettings },
  person: PersonState,
  platform: PlatformCaps,
  edit: PersonEdit
): PersonEditDecision {
  const fields: PersonEditDecision['fields'] = {};
  const parts: RefusedPart[] = [];
  const judge = judgeFields(edit, person.changed, parts);
  const barred = barredFromPerson(actor, person);

  for (const field of ['name', 'email'] as const) {
    const yours = edit[field];
    if (yours === undefined) continue;
    const rules = () => [requirePermission(actor, FIELD_RIGHTS[field]), barredUnlessOwn(barred)];
    if (judge(field, { yours, theirs: person[field], rules })) fields[field] = yours;
  }

  const { role } = edit;
  if (role !== undefined) {
    const rules = () => [requirePermission(actor, FIELD_RIGHTS.roleId), barred, decideAssign(actor, role)];
    if (judge('roleId', { yours: role.id, theirs: person.roleId, rules })) fields.roleId = role.id;
  }

  const given = { kinds: CAPS, yours: edit.caps, theirs: person.caps };
  const caps = judgeSettings<CapId, CapSetting>(judge, 'caps', given, (id, yours, theirs) => ({
    rules: () => [
      requirePermission(actor, capPermission(yours)),
      barred,
      capRefusal(platform, actor.caps, { [id]: yours })
    ],
    always: allowsMore(limitOf(platform, id, theirs), limitOf(platform, id, yours))
  }));
  if (Object.keys(caps).length > 0) fields.caps = caps;
  return { fields, parts };
}

/** Decides the role and the caps of a new administrator: all of it or nothing. */
export function decidePersonCreate(
  actor: Actor & { caps: CapSettings },
  platform: PlatformCaps,
  person: { role: AssignableRole; caps: CapSettings }
): Refusal | null {
  const given = Object.values(person.caps).find((cap) => cap !== 'inherit');
  return (
    requirePermission(actor, 'people.roles.assign') ??
    (given === undefined ? null : requirePermission(actor, capPermission(given))) ??
    decideAssign(actor, person.role) ??
    capRefusal(platform, actor.caps, person.caps)
  );
}

/**
 * Decides whether somebody may change if a second factor is asked of an administrator: of themselves only to ask
 * for more (ACC-4). Null: they may.
 */
export function decideRequireTwoFactor(
  actor: Actor,
  person: Pick<PersonState, 'id' | 'owner' | 'effective'>,
  tightens: boolean
): Refusal | null {
  const missing = requirePermission(actor, 'people.credentials.require_2fa');
  if (missing) return missing;
  const barred = barredFromPerson(actor, person);
  return tightens ? barredUnlessOwn(barred) : barred;
}

/** Decides whether the ownership may be offered to somebody (OWN-2, E7). Null: it may. */
export function decideOffer(
  actor: Actor,
  person: { id: string; superAdministrator: boolean; active: boolean; activated: boolean }
): Refusal | null {
  if (!actor.owner) return { code: 'access/owner' };
  if (actor.id === person.id) return { code: 'access/self' };
  if (!person.superAdministrator || !person.active || !person.activated)
    return {
      code: 'input/invalid',
      field: 'id',
      message: 'Only an active Super Administrator can become the owner.'
    };
  return null;
}

/** The refusal for a cap above whoever sets it (ACC-4). */
export function capRefusal(
  platform: PlatformCaps,
  giver: CapSettings,
  given: Partial<CapSettings>
): Refusal | null {
  const above = capAbove(platform, giver, given);
  return above && { code: 'access/cap-above-own', ...above };
}

/** The permission that it takes to give an administrator a cap, or to take it away: `inherit`. */
export function capPermission(setting: CapSetting): PermissionId {
  return setting === 'inherit' ? 'quotas.admin_quota.clear' : 'quotas.admin_quota.set';
}

function limitOf(platform: PlatformCaps, id: CapId, setting: CapSetting): 'unlimited' | number {
  return setting === 'inherit' ? platform[id] : setting;
}
