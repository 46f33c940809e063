import { dominates, requirePermission, type Actor } from '../access/access';
import type { Refusal } from '../access/refusal';
import type { SeenVersions } from '../access/seen';
import { capRefusal } from '../administrators/people';
import { judgeFields, judgeSettings, type FieldChanges } from '../editing/judge-fields';
import {
  allowsMore,
  CAPS,
  userCap,
  type CapId,
  type CapSetting,
  type CapSettings,
  type PlatformCaps
} from '../quotas/caps';
import { decideAssign, type AssignableRole, type RefusedPart } from '../roles/roles';
import { COUNTS, type PackageCounts } from './counts';
import { SWITCHES, type PackageSwitches } from './switches';

/** Actor who decides about packages and users, with the caps that they may not go above (ACC-4). */
export type Giver = Actor & { caps: CapSettings };

/** A package as the target of a decision: locked by the transaction that asks. */
export type PackageState = {
  id: string;
  name: string;
  roleId: string;
  /** Permissions that its users can use now. */
  effective: ReadonlySet<string>;
  caps: CapSettings;
  counts: PackageCounts;
  switches: PackageSwitches;
  changed: FieldChanges;
};

/** A package to be given to a user, as it is now. */
export type GivenPackage = Pick<PackageState, 'id' | 'effective' | 'caps'>;

export type PackageEdit = SeenVersions & {
  name?: string | undefined;
  /** The role of users to give, as it is now. */
  role?: AssignableRole | undefined;
  caps?: Partial<CapSettings> | undefined;
  counts?: Partial<PackageCounts> | undefined;
  switches?: Partial<PackageSwitches> | undefined;
};

export type PackageFields = {
  name?: string;
  roleId?: string;
  caps?: Partial<CapSettings>;
  counts?: Partial<PackageCounts>;
  switches?: Partial<PackageSwitches>;
};

/**
 * Decides whether somebody may change the account or the package of users who hold these permissions: whoever
 * dominates them may (ACC-2). Null: they may.
 */
export function barredFromTenant(actor: Actor, effective: ReadonlySet<string>): Refusal | null {
  return dominates(actor, { owner: false, permissions: effective }) ? null : { code: 'access/not-dominated' };
}

/** Decides a new package: all of it or nothing. */
export function decidePackageCreate(
  actor: Giver,
  platform: PlatformCaps,
  made: { role: AssignableRole; caps: CapSettings; switches: PackageSwitches }
): Refusal | null {
  const demands = Object.values(made.switches).includes(true);
  return (
    (demands ? requirePermission(actor, SWITCH_PERMISSION) : null) ??
    decideAssign(actor, made.role) ??
    capRefusal(platform, actor.caps, made.caps)
  );
}

/**
 * Decides an edit of a package field by field (ACC-1, ACC-4, LIV-7). What gives its users less, a lower limit or a
 * switch turned on, always lands; any other change made in ignorance of another one does not.
 */
export function decidePackageEdit(
  actor: Giver,
  state: PackageState,
  platform: PlatformCaps,
  edit: PackageEdit
): { fields: PackageFields; parts: RefusedPart[] } | { refused: Refusal } {
  const barred = barredFromTenant(actor, state.effective);
  if (barred) return { refused: barred };
  const fields: PackageFields = {};
  const parts: RefusedPart[] = [];
  const judge = judgeFields(edit, state.changed, parts);
  const { name, role } = edit;
  if (name !== undefined && judge('name', { yours: name, theirs: state.name })) fields.name = name;
  if (
    role &&
    judge('roleId', { yours: role.id, theirs: state.roleId, rules: () => [decideAssign(actor, role)] })
  )
    fields.roleId = role.id;
  const limit = (id: CapId, set: CapSetting) => (set === 'inherit' ? platform[id] : set);
  const caps = judgeSettings<CapId, CapSetting>(
    judge,
    'caps',
    { kinds: CAPS, yours: edit.caps, theirs: state.caps },
    (id, yours, theirs) => ({
      rules: () => [capRefusal(platform, actor.caps, { [id]: yours })],
      always: allowsMore(limit(id, theirs), limit(id, yours))
    })
  );
  const counts = judgeSettings(
    judge,
    'counts',
    { kinds: COUNTS, yours: edit.counts, theirs: state.counts },
    (_id, yours, theirs) => ({ always: allowsMore(theirs, yours) })
  );
  const switches = judgeSettings(
    judge,
    'switches',
    { kinds: SWITCHES, yours: edit.switches, theirs: state.switches },
    (_id, yours) => ({ rules: () => [requirePermission(actor, SWITCH_PERMISSION)], always: yours })
  );
  return { fields: { ...fields, ...unlessEmpty({ caps, counts, switches }) }, parts };
}

/** Decides a deletion in which the package's users get another one in the same step (TEN-2). */
export function decidePackageDelete(
  actor: Giver,
  platform: PlatformCaps,
  state: GivenPackage & { users: number },
  replacement: GivenPackage | null
): Refusal | null {
  const barred = barredFromTenant(actor, state.effective);
  if (barred) return barred;
  if (replacement?.id === state.id)
    return {
      code: 'input/invalid',
      field: 'replaceWith',
      message: 'Choose a package other than the one being deleted.'
    };
  if (state.users === 0) return null;
  if (!replacement) return { code: 'conflict/in-use', members: state.users };
  return requirePermission(actor, 'tenants.users.edit') ?? decideGive(actor, platform, replacement);
}

/**
 * Decides whether somebody may give users a package: its role is one they may give, and none of its caps that are
 * followed is above theirs (ACC-1, ACC-4). Null: they may.
 */
export function decideGive(
  actor: Giver,
  platform: PlatformCaps,
  given: GivenPackage,
  follows: (id: CapId) => boolean = () => true
): Refusal | null {
  const limits = CAPS.filter(({ id }) => follows(id)).map(
    ({ id }) => [id, userCap(platform[id], given.caps[id], 'inherit').limit] as const
  );
  return decideAssign(actor, given) ?? capRefusal(platform, actor.caps, Object.fromEntries(limits));
}

/** Permission to demand something of a package's users, or to demand it no longer. */
const SWITCH_PERMISSION = 'tenants.packages.force_authentication';

/** Those of these that hold something. */
export function unlessEmpty<T extends Record<string, object>>(groups: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0)
  ) as Partial<T>;
}
