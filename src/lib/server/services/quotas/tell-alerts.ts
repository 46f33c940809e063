import { randomUUID } from 'node:crypto';
import { LATER_ACTIONS } from '../../../core/access/access';
import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { barredFromPerson } from '../../../core/administrators/people';
import { CAPS } from '../../../core/quotas/caps';
import { barredFromUser } from '../../../core/users/barred-from-user';
import type { SubjectType } from '../../../core/quotas/layers';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { holdersOf, readAdministrators, type AdministratorRow } from '../../db/tables/administrators-table';
import { readApplications } from '../../db/tables/applications-table';
import { readUserSender, type UserSender } from '../../db/tables/user-senders-table';
import { takeAlerts, type CapAlert } from '../../db/tables/cap-alerts-table';
import { readRoles, rolesGranting } from '../../db/tables/roles-table';
import { applicationTarget } from '../applications/application-action';
import { queueWebhook } from '../webhook/deliver';
import { actingPerson } from '../write-path/acting-person';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import { permissionsOf } from '../write-path/authority';
import type { Deps } from '../write-path/deps';
import { tell, type Notice } from '../write-path/notices';
import { personTarget } from '../write-path/person-action';
import { startRounds } from '../write-path/rounds';

const LOOK_MS = 2000;
const AT_ONCE = 20;
/** People who are told of somebody else’s cap, at most. */
const MOST_TOLD = 100;
const RAISE = 'quotas.admin_quota.raise_temporarily';

/**
 * Tells of caps that are nearly used up (QUO-9), every two seconds, in any number of processes. What a charge came to is written with it,
 * and taken with its entry and its notices in one transaction: none is lost, and none is told twice.
 */
export function startAlerts(deps: Deps): { stop(): Promise<void> } {
  return startRounds(
    LOOK_MS,
    async (goes) => {
      while (goes() && (await tellOfAlerts(deps)) === AT_ONCE);
    },
    (error) => deps.log.warn({ err: error }, 'alerts could not be told, it is tried again')
  );
}

/** Tells of what is due; how many alerts that were. */
export function tellOfAlerts(deps: Deps): Promise<number> {
  return auditedTransaction(deps.db, async (tx) => {
    const alerts = await takeAlerts(tx, AT_ONCE);
    for (const alert of alerts) await tellOf(deps, tx, alert);
    return alerts.length;
  });
}

async function tellOf(deps: Deps, tx: AuditedTransaction, alert: CapAlert): Promise<void> {
  const [type, id] = alert.account.split(':') as [SubjectType, string];
  const [person = null] = type === 'administrator' ? await readAdministrators(tx, [id]) : [];
  const [application = null] = type === 'application' ? await readApplications(tx, [id]) : [];
  const user = type === 'user' ? await readUserSender(tx, id) : null;
  const sender = person ?? application ?? user;
  // Whoever is gone sends nothing any more.
  if (!sender || sender.deletedAt !== null) return;
  const { cap, threshold, used, limit } = alert;
  await record(
    tx,
    { actor: SYSTEM, request: systemRequest('alerts') },
    {
      action: 'caps.threshold_reached',
      target: person
        ? personTarget(person)
        : application
          ? applicationTarget(application)
          : { type, id, name: sender.name },
      outcome: 'success',
      change: [
        { path: 'threshold', old: null, new: threshold },
        { path: `used.${cap}`, old: null, new: used },
        { path: `caps.${cap}`, old: null, new: limit }
      ]
    },
    []
  );
  const data = {
    ...{ by: null, name: sender.name, cap: CAPS.find((each) => each.id === cap)!.label },
    ...{ percent: String(threshold), used: String(used), limit: String(limit) }
  };
  const once = `cap-alert ${alert.id}`;
  await queueWebhook(
    tx,
    randomUUID(),
    {
      type: 'caps.threshold_reached',
      data: { subject: { type, id, name: sender.name }, cap, threshold, used, limit }
    },
    new Date(alert.at)
  );
  const raisers = await raisersOf(deps, tx, person, user);
  await tell(tx, [
    ...(person ? [{ to: person, kind: 'cap-near', data, once } satisfies Notice] : []),
    ...raisers.map((to): Notice => ({ to, kind: 'cap-near-of', data, once }))
  ]);
}

/** Who may raise the caps of somebody: of a person, of a user, or of an application, of which both are null. */
async function raisersOf(
  deps: Deps,
  tx: AuditedTransaction,
  person: AdministratorRow | null,
  user: UserSender | null
): Promise<AdministratorRow[]> {
  const roles = new Map((await readRoles(tx)).map((role) => [role.id, role]));
  const granting = [...(await rolesGranting(tx, RAISE)), SUPER_ADMINISTRATOR];
  const may = async ({ owner, roleId }: Pick<AdministratorRow, 'owner' | 'roleId'>) => {
    const role = roles.get(roleId);
    return role ? permissionsOf(deps, tx, owner, role) : new Set<string>();
  };
  const target = person && { id: person.id, owner: person.owner, effective: await may(person) };
  const tenant = user && { effective: await may({ owner: false, roleId: user.roleId }) };
  const told: AdministratorRow[] = [];
  for (const row of await readAdministrators(tx, await holdersOf(tx, granting))) {
    if (told.length === MOST_TOLD) break;
    if (row.status !== 'active' || row.activationExpiresAt !== null) continue;
    const actor = actingPerson(row, await may(row));
    if (!actor.permissions.has(RAISE) && !actor.permissions.has(LATER_ACTIONS)) continue;
    const barred = tenant
      ? barredFromUser(actor, tenant)
      : target === null
        ? null
        : barredFromPerson(actor, target);
    if (barred === null) told.push(row);
  }
  return told;
}
