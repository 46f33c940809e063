import { requirePermission } from '../access/access';
import type { Refusal } from '../access/refusal';
import type { SeenVersions } from '../access/seen';
import { capRefusal } from '../administrators/people';
import { judgeFields, judgeSettings, listValue, type FieldChanges } from '../editing/judge-fields';
import { COUNTS, type CountId, type UserCounts } from '../packages/counts';
import {
  barredFromTenant,
  decideGive,
  unlessEmpty,
  type GivenPackage,
  type Giver
} from '../packages/packages';
import {
  allowsMore,
  CAPS,
  userCap,
  type CapId,
  type CapLimit,
  type CapSetting,
  type CapSettings,
  type PlatformCaps
} from '../quotas/caps';
import { decideAssign, type RefusedPart } from '../roles/roles';
import { judgeBrand, type BrandEdit, type OwnBrand } from './own-brand';

/** A user as the target of a decision: locked by the transaction that asks. */
export type UserState = {
  id: string;
  name: string;
  email: string;
  /** The user's package as it is now; its role is what the user can do. */
  package: GivenPackage & { counts: Readonly<Record<CountId, CapLimit>> };
  caps: CapSettings;
  counts: UserCounts;
  ipAllowlist: readonly string[];
  timeZone: string | null;
  brand: OwnBrand;
  changed: FieldChanges;
};

export type UserEdit = SeenVersions &
  BrandEdit & {
    name?: string | undefined;
    email?: string | undefined;
    /** The package to give, as it is now. */
    package?: GivenPackage | undefined;
    caps?: Partial<CapSettings> | undefined;
    counts?: Partial<UserCounts> | undefined;
    ipAllowlist?: readonly string[] | undefined;
    timeZone?: string | null | undefined;
  };

export type UserFields = {
  name?: string;
  email?: string;
  packageId?: string;
  caps?: Partial<CapSettings>;
  counts?: Partial<UserCounts>;
  ipAllowlist?: readonly string[];
  timeZone?: string | null;
  brand?: Partial<OwnBrand>;
};

const SEE = 'tenants.users.view';
const OVERRIDE = 'tenants.users.override_quota';
const SET_ADDRESSES = 'tenants.users.set_ip_allowlist';

/** Decides a new user: all of it or nothing. */
export function decideUserCreate(
  actor: Giver,
  platform: PlatformCaps,
  made: { package: GivenPackage; caps: CapSettings; counts: UserCounts; ipAllowlist: readonly string[] }
): Refusal | null {
  const isOwn = [...Object.values(made.caps), ...Object.values(made.counts)].some((set) => set !== 'inherit');
  return (
    (isOwn ? requirePermission(actor, OVERRIDE) : null) ??
    (made.ipAllowlist.length > 0 ? requirePermission(actor, SET_ADDRESSES) : null) ??
    decideAssign(actor, made.package) ??
    capRefusal(platform, actor.caps, writtenCaps(platform, made.package, made.caps))
  );
}

/**
 * Decides an edit of a user field by field (ACC-1, ACC-2, ACC-4, LIV-7). A lower own limit always lands; any other
 * change made in ignorance of another one does not. In one piece: one decision about many parts, each judged by what
 * was decided of those before it.
 */
export function decideUserEdit(
  actor: Giver,
  user: UserState,
  platform: PlatformCaps,
  edit: UserEdit
): { fields: UserFields; parts: RefusedPart[] } | { refused: Refusal } {
  // What did not land says what is there.
  const barred = requirePermission(actor, SEE) ?? barredFromTenant(actor, user.package.effective);
  if (barred) return { refused: barred };
  const fields: UserFields = {};
  const parts: RefusedPart[] = [];
  const judge = judgeFields(edit, user.changed, parts);
  for (const field of ['name', 'email'] as const) {
    const yours = edit[field];
    if (yours !== undefined && judge(field, { yours, theirs: user[field] })) fields[field] = yours;
  }
  const given = edit.package;
  const give = () => [given ? decideGive(actor, platform, given, (id) => user.caps[id] === 'inherit') : null];
  if (given && judge('packageId', { yours: given.id, theirs: user.package.id, rules: give }))
    fields.packageId = given.id;
  // What is to follow the package follows the one that the user has then.
  const follows = fields.packageId === undefined ? user.package : given!;
  const override = () => requirePermission(actor, OVERRIDE);
  const limit = (id: CapId, own: CapSetting) => userCap(platform[id], follows.caps[id], own).limit;
  const caps = judgeSettings<CapId, CapSetting>(
    judge,
    'caps',
    { kinds: CAPS, yours: edit.caps, theirs: user.caps },
    (id, yours, theirs) => ({
      rules: () => [
        override(),
        capRefusal(platform, actor.caps, writtenCaps(platform, follows, { [id]: yours }))
      ],
      always: allowsMore(limit(id, theirs), limit(id, yours))
    })
  );
  const count = (id: CountId, own: UserCounts[CountId]) =>
    own === 'inherit' ? user.package.counts[id] : own;
  const counts = judgeSettings(
    judge,
    'counts',
    { kinds: COUNTS, yours: edit.counts, theirs: user.counts },
    (id, yours, theirs) => ({
      rules: () => [override()],
      always: allowsMore(count(id, theirs), count(id, yours))
    })
  );
  const { ipAllowlist, timeZone } = edit;
  if (
    ipAllowlist !== undefined &&
    judge('ipAllowlist', {
      yours: listValue(ipAllowlist),
      theirs: listValue(user.ipAllowlist),
      rules: () => [requirePermission(actor, SET_ADDRESSES)]
    })
  )
    fields.ipAllowlist = ipAllowlist;
  // Where days and months begin is part of what may be sent in them.
  if (
    timeZone !== undefined &&
    judge('timeZone', { yours: timeZone, theirs: user.timeZone, rules: () => [override()] })
  )
    fields.timeZone = timeZone;
  const brand = judgeBrand(judge, user.brand, edit);
  return { fields: { ...fields, ...unlessEmpty({ caps, counts, brand }) }, parts };
}

/**
 * Caps as they are judged (ACC-4): what is the user's own as it is written, what follows the package as it comes to.
 */
function writtenCaps(
  platform: PlatformCaps,
  { caps }: Pick<GivenPackage, 'caps'>,
  own: Partial<CapSettings>
): Partial<CapSettings> {
  return Object.fromEntries(
    CAPS.flatMap(({ id }) => {
      const set = own[id];
      if (set === undefined) return [];
      return [[id, set === 'inherit' ? userCap(platform[id], caps[id], set).limit : set]];
    })
  );
}
