import { randomUUID } from 'node:crypto';
import { LATER_ACTIONS } from '../../../core/access/access';
import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { barredFromPerson } from '../../../core/administrators/people';
import { CAPS } from '../../../core/quotas/caps';
import { barredFromTenant } from '../../../core/packages/packages';
import { EVERYONE, type Sender } from '../../../core/quotas/cap-usage';
import { PLATFORM, type SubjectType } from '../../../core/quotas/layers';
import { SECTION_PERMISSION } from '../../../core/settings/settings';
import type { AuditTarget } from '../../../core/log/entry';
import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { holdersOf, readAdministrators, type AdministratorRow } from '../../db/tables/administrators-table';
import { readApplications } from '../../db/tables/applications-table';
import { readPackages, type PackageRow } from '../../db/tables/packages-table';
import { readUsers } from '../../db/tables/users-table';
import { takeAlerts, type CapAlert } from '../../db/tables/cap-alerts-table';
import { readRoles, rolesGranting } from '../../db/tables/roles-table';
import { applicationTarget } from '../applications/application-action';
import { CAP_ALERT, queueWebhook } from '../webhook/deliver';
import { actingPerson } from '../write-path/acting-person';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import { permissionsOf } from '../write-path/authority';
import type { Deps } from '../write-path/deps';
import { sendNotices, type Notice } from '../write-path/notices';
import { personTarget } from '../write-path/person-action';
import { userTarget } from '../write-path/tenant-records';
import { startRounds } from '../write-path/rounds';

const LOOK_MS = 2000;
const AT_ONCE = 20;
/** People who are told of somebody else’s cap, at most. */
const MOST_TOLD = 100;
const RAISE = 'quotas.admin_quota.raise_temporarily';

/**
 * Tells of caps that are nearly used up (QUO-9), every two seconds, in any number of processes. What a charge came
 * to is written with it, and taken with its entry and its notices in one transaction: none is lost, and none is
 * told twice.
 */
export function startAlerts(deps: Deps): { stop(): Promise<void> } {
  return startRounds(
    LOOK_MS,
    async (goes) => {
      while (goes() && (await sendAlerts(deps)) === AT_ONCE);
    },
    (error) => deps.log.warn({ err: error }, 'alerts could not be told, it is tried again')
  );
}

/** Tells of what is due; how many alerts that were. */
export function sendAlerts(deps: Deps): Promise<number> {
  return auditedTransaction(deps.db, async (tx) => {
    const alerts = await takeAlerts(tx, AT_ONCE);
    for (const alert of alerts) await sendAlert(deps, tx, alert);
    return alerts.length;
  });
}

async function sendAlert(deps: Deps, tx: AuditedTransaction, alert: CapAlert): Promise<void> {
  const about = await alertedOf(tx, alert.account);
  if (!about) return;
  const { subject, own } = about;
  const { cap, threshold, used, limit, watched } = alert;
  await record(
    tx,
    { actor: SYSTEM, request: systemRequest('alerts') },
    {
      action: 'caps.threshold_reached',
      target: about.target,
      outcome: 'success',
      change: [
        { path: 'threshold', old: null, new: threshold },
        { path: `used.${cap}`, old: null, new: used },
        { path: `caps.${cap}`, old: null, new: limit },
        ...(watched ? [{ path: 'watched', old: null, new: true }] : [])
      ]
    },
    []
  );
  const data = {
    ...{ by: null, name: subject.name, cap: CAPS.find((each) => each.id === cap)!.label },
    ...{ percent: String(threshold), used: String(used), limit: String(limit) },
    ...{ of: subject.type, id: subject.id, watched: watched ? 'yes' : null }
  };
  const once = `cap-alert ${alert.id}`;
  await queueWebhook(
    tx,
    randomUUID(),
    {
      type: CAP_ALERT,
      data: { subject, cap, threshold, used, limit, watched }
    },
    new Date(alert.at)
  );
  const raisers = await tellable(deps, tx, about);
  await sendNotices(tx, [
    ...(own ? [{ to: own, kind: 'cap-near', data, once } satisfies Notice] : []),
    ...raisers.map((to): Notice => ({ to, kind: 'cap-near-of', data, once }))
  ]);
}

/** Subject of an alert. `own`: whoever sends, to be told themselves; `has`: package of a user; null of all others. */
type Alerted = {
  subject: Sender | typeof EVERYONE;
  target: AuditTarget;
  own: Notice['to'] | null;
  person: AdministratorRow | null;
  has: PackageRow | null;
};

/** Null: whoever is gone sends nothing any more. */
async function alertedOf(tx: AuditedTransaction, account: string): Promise<Alerted | null> {
  if (account === PLATFORM)
    return {
      ...{ subject: EVERYONE, target: { type: PLATFORM, id: PLATFORM, name: null } },
      ...{ own: null, person: null, has: null }
    };
  const [type, id] = account.split(':') as [SubjectType, string];
  const [person = null] = type === 'administrator' ? await readAdministrators(tx, [id]) : [];
  const [application = null] = type === 'application' ? await readApplications(tx, [id]) : [];
  const [user = null] = type === 'user' ? await readUsers(tx, [id]) : [];
  const sender = person ?? application ?? user;
  if (!sender || sender.deletedAt !== null) return null;
  const { name } = sender;
  const target = person
    ? personTarget(person)
    : application
      ? applicationTarget(application)
      : userTarget({ id, name });
  const [has = null] = user ? await readPackages(tx, [user.packageId]) : [];
  const own = person ?? (user && { id, email: user.email, kind: 'user' as const });
  return { subject: { type, id, name }, target, own, person, has };
}

/** Administrators who may raise the cap; for the cap of everybody together, those who may set it. */
async function tellable(
  deps: Deps,
  tx: AuditedTransaction,
  { subject, person, has }: Alerted
): Promise<AdministratorRow[]> {
  const takes: PermissionId = subject.type === PLATFORM ? SECTION_PERMISSION.sending : RAISE;
  const roles = new Map((await readRoles(tx)).map((role) => [role.id, role]));
  const granting = [...(await rolesGranting(tx, takes)), SUPER_ADMINISTRATOR];
  const may = async ({ owner, roleId }: Pick<AdministratorRow, 'owner' | 'roleId'>) => {
    const role = roles.get(roleId);
    return role ? permissionsOf(deps, tx, owner, role) : new Set<string>();
  };
  const target = person && { id: person.id, owner: person.owner, effective: await may(person) };
  const tenant = has && (await may({ owner: false, roleId: has.roleId }));
  const told: AdministratorRow[] = [];
  for (const row of await readAdministrators(tx, await holdersOf(tx, granting))) {
    if (told.length === MOST_TOLD) break;
    if (row.status !== 'active' || row.activationExpiresAt !== null) continue;
    const actor = actingPerson(row, await may(row));
    if (!actor.permissions.has(takes) && !actor.permissions.has(LATER_ACTIONS)) continue;
    const barred = tenant ? barredFromTenant(actor, tenant) : target && barredFromPerson(actor, target);
    if (barred === null) told.push(row);
  }
  return told;
}
