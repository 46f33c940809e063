import { barredFromTenant } from '../../../core/packages/packages';
import { unlimitedCounts } from '../../../core/packages/counts';
import { CAPS, inheritAll, type PlatformCaps } from '../../../core/quotas/caps';
import { SEE_PLATFORM_CAPS } from '../../../core/quotas/shown-caps';
import { userCaps, userCounts } from '../../../core/users/in-force';
import { statusAt } from '../../../core/users/user-status';
import { readPackagesEver, type PackageRow } from '../../db/tables/packages-table';
import { readRoles } from '../../db/tables/roles-table';
import { namesOfUsers } from '../../db/tables/sending-names-table';
import {
  listUsers as listRows,
  readBrand,
  readUsers,
  type UserRow,
  type UsersFilter
} from '../../db/tables/users-table';
import { readSection } from '../stored-settings/read-section';
import type { ActingPerson } from '../write-path/acting-person';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { makeCursor, readCursor } from '../write-path/name-cursor';
import type { RefusalOr } from '../write-path/refusal-or';
import { effectiveOf } from '../write-path/tenant-records';
import { signInFacts } from './sign-in-facts';
import { storedStatus } from './touched-user';
import type { UserDetail, UserPage, UserView } from './user-answers';

const VIEW = 'tenants.users.view' as const;

/** A page of users by name. */
export function listUsers(
  deps: Deps,
  caller: Caller,
  input: UsersFilter & { cursor?: string | undefined; limit: number }
): Promise<RefusalOr<UserPage>> {
  return ask<UserPage>(deps, caller, { name: 'users.list', permission: VIEW }, async (actor) => {
    const place = readCursor(input.cursor);
    if ('refused' in place) return place;
    const now = new Date();
    const rows = await listRows(deps.db, input, { ...place, limit: input.limit + 1, now });
    const page = rows.slice(0, input.limit);
    const last = page.at(-1);
    return {
      answer: {
        items: await views(deps, actor, page, now),
        next: rows.length > page.length && last ? makeCursor(last) : null
      }
    };
  });
}

/** One user, a closed one too. */
export function getUser(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<UserDetail>> {
  return ask<UserDetail>(deps, caller, { name: 'users.get', permission: VIEW }, async (actor) => {
    const rows = await readUsers(deps.db, [id]);
    const [view] = await views(deps, actor, rows, new Date());
    if (!view) return { refused: { code: 'not-found', what: 'user' } };
    const [row] = rows;
    const [has] = await readPackagesEver(deps.db, [view.package.id]);
    const effective = has ? await effectiveOf(deps, has) : null;
    const barred = effective && barredFromTenant(actor, effective);
    const [role] = has ? await readRoles(deps.db, [has.roleId]) : [];
    const mayRenew = barred === null && actor.permissions.has('people.credentials.reset_password');
    const signIn =
      row && role && row.deletedAt === null ? await signInFacts(deps, row, { role, mayRenew }) : null;
    return { answer: { ...view, brand: await readBrand(deps.db, id), signIn, barred } };
  });
}

/** Four statements, however many users they are. */
async function views(
  { db }: Deps,
  actor: ActingPerson,
  rows: readonly UserRow[],
  now: Date
): Promise<UserView[]> {
  if (rows.length === 0) return [];
  const [packages, names, platform] = await Promise.all([
    readPackagesEver(db, [...new Set(rows.map(({ packageId }) => packageId))]),
    namesOfUsers(
      db,
      rows.map(({ id }) => id)
    ),
    readSection(db, 'caps')
  ]);
  const byId = new Map(packages.map((each) => [each.id, each]));
  const showsPlatform = actor.permissions.has(SEE_PLATFORM_CAPS);
  return rows.map((row) =>
    viewOf(row, {
      has: byId.get(row.packageId),
      names: names.get(row.id) ?? [],
      platform,
      showsPlatform,
      now
    })
  );
}

function viewOf(
  row: UserRow,
  given: {
    has: PackageRow | undefined;
    names: string[];
    platform: PlatformCaps;
    showsPlatform: boolean;
    now: Date;
  }
): UserView {
  const { has, platform, showsPlatform, now } = given;
  const status = statusAt(storedStatus(row), now.getTime());
  // What is over says nothing any more.
  const isActive = status === 'active';
  const { id, name, email, caps, counts, ipAllowlist, timeZone, seq } = row;
  const inForce = userCaps(platform, has?.caps ?? inheritAll(), { ...inheritAll(), ...caps });
  const shown = CAPS.map(({ id: cap }) => {
    const isHidden = inForce[cap].source === 'platform' && !showsPlatform;
    return [cap, isHidden ? null : inForce[cap]] as const;
  });
  return {
    ...{ id, name, email, status, caps, counts, ipAllowlist, timeZone, seq },
    statusReason: isActive ? null : row.statusReason,
    statusSince: isActive ? null : (row.statusSince?.toISOString() ?? null),
    statusBy: isActive ? null : row.statusBy,
    suspendedUntil: isActive ? null : (row.suspendedUntil?.toISOString() ?? null),
    closesAt: row.closesAt?.toISOString() ?? null,
    package: { id: row.packageId, name: has?.name ?? '' },
    effective: {
      caps: Object.fromEntries(shown) as UserView['effective']['caps'],
      counts: userCounts(has?.counts ?? unlimitedCounts(), counts)
    },
    sendingNames: given.names,
    createdAt: row.createdAt.toISOString()
  };
}
