import { twoFactorDemand } from '../../../core/sign-in/two-factor';
import { accountsToRemind } from '../../db/tables/accounts-table';
import { readRoles } from '../../db/tables/roles-table';
import { auditedTransaction } from '../../db/driver/transaction';
import type { Deps } from '../write-path/deps';
import { sendNotices, type Notice } from '../write-path/notices';
import { readSection } from '../stored-settings/read-section';
import { twoFactorRules } from '../write-path/session-policy';

const DAY_MS = 86_400_000;
/** Days before the date on which somebody is reminded. */
const REMINDERS = [7, 1] as const;

/**
 * Reminds those, administrators and users, of whom a second factor will be required soon and who have none, a week
 * and a day before (AUT-2). Asked often, it reminds once each time.
 */
export async function remindTwoFactor(deps: Deps, now = new Date()): Promise<number> {
  const { db } = deps;
  const [platform2fa, roles] = await Promise.all([readSection(db, 'twoFactor'), readRoles(db)]);
  const roleById = new Map(roles.map((role) => [role.id, role]));
  const dated = roles.filter(({ require2faFrom }) => require2faFrom !== null).map(({ id }) => id);
  const rules = { everybody: platform2fa.from !== null, roleIds: dated };
  const reminders: Notice[] = [];
  for (const person of await accountsToRemind(db, rules)) {
    const { from } = twoFactorDemand(twoFactorRules(platform2fa, roleById.get(person.roleId), person), now);
    const days = from === null ? null : (from.getTime() - now.getTime()) / DAY_MS;
    const due = days === null ? undefined : REMINDERS.findLast((before) => days <= before);
    if (from === null || due === undefined) continue;
    const data = { by: null, from: from.toISOString() };
    reminders.push({ to: person, kind: 'two-factor-required', data, once: `2fa ${data.from} ${due}` });
  }
  if (reminders.length > 0) await auditedTransaction(db, (tx) => sendNotices(tx, reminders));
  return reminders.length;
}
