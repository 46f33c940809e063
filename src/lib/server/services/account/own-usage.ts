import { readPackages } from '../../db/tables/packages-table';
import type { CapId, UserCap } from '../../../core/quotas/caps';
import { SEE_OWN_CAPS } from '../../../core/quotas/shown-caps';
import { toldToUser, type CapUsages } from '../../../core/quotas/cap-usage';
import type { CountId } from '../../../core/packages/counts';
import { userCaps, userCounts, type UserCount } from '../../../core/users/in-force';
import { readSendingNames } from '../../db/tables/sending-names-table';
import { readUsers } from '../../db/tables/users-table';
import { hoursUsed, subjectsUsage, type HourUsage } from '../quotas/usage';
import { readSection } from '../stored-settings/read-section';
import { askAsUser } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';

const SEES_OWN = 'quotas.admin_quota.view_usage_own';

/** Limits of a user on sending and on counted things, and what it has used of them (TEN-5). */
export type OwnUsage = {
  package: { id: string; name: string };
  /** The caps in force, and where each comes from; null in a visit whose person may not see caps, as in `me.get`. */
  caps: Record<CapId, UserCap> | null;
  counts: Record<CountId, UserCount>;
  /** State of each cap now, as `caps.usage` tells staff who may see usage. */
  usage: CapUsages;
  /** Names by which mail servers know it besides its address, by name; null in a visit: no permission says so. */
  sendingNames: string[] | null;
  /** Time zone in which its days and months begin. */
  timeZone: string;
};

/** Units a user used in each hour, oldest first; hours in which nothing happened are left out. */
export function readOwnHistory(
  deps: Deps,
  caller: Caller,
  { from, to }: { from: string; to: string }
): Promise<RefusalOr<HourUsage[]>> {
  const question = { name: 'own.history', permission: SEES_OWN } as const;
  return askAsUser<HourUsage[]>(deps, caller, question, async ({ id }) =>
    hoursUsed(deps, { type: 'user', id }, { from, to })
  );
}

export function readOwnUsage(deps: Deps, caller: Caller): Promise<RefusalOr<OwnUsage>> {
  const question = { name: 'own.usage', permission: SEES_OWN } as const;
  return askAsUser<OwnUsage>(deps, caller, question, async ({ id, permissions }, { visit }) => {
    const { db } = deps;
    const [row] = await readUsers(db, [id]);
    const [has] = row ? await readPackages(db, [row.packageId]) : [];
    const [standing] = await subjectsUsage(deps, 'user', [id]);
    if (!row || !has || !standing) return { refused: { code: 'auth/signed-out' } };
    const platform = await readSection(db, 'caps');
    return {
      answer: {
        package: { id: has.id, name: has.name },
        caps: visit && !permissions.has(SEE_OWN_CAPS) ? null : userCaps(platform, has.caps, row.caps),
        counts: userCounts(has.counts, row.counts),
        usage: toldToUser(standing.usage.caps),
        sendingNames: visit ? null : (await readSendingNames(db, id, 'user')).map(({ name }) => name),
        timeZone: row.timeZone ?? (await readSection(db, 'general')).timeZone
      }
    };
  });
}
