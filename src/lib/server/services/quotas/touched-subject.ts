import { barredFromPerson } from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import { barredFromTenant } from '../../../core/packages/packages';
import { isClosed } from '../../../core/users/change-status';
import type { AuditChange, AuditTarget } from '../../../core/log/entry';
import { inheritAll, settingsOfUser, type CapSettings } from '../../../core/quotas/caps';
import { accountOf, type SubjectType } from '../../../core/quotas/layers';
import { applicationTarget, permissionsOfRole, touchedApplication } from '../applications/application-action';
import { storedStatus } from '../users/touched-user';
import type { Decision } from '../write-path/mutation';
import { personTarget } from '../write-path/person-action';
import { personState } from '../write-path/person-state';
import { userTarget } from '../write-path/tenant-records';

export type CapSubject = { type: SubjectType; id: string };
type AboutSubject = { subject: CapSubject | 'platform' };

/** Somebody whose sending is to be changed. */
export type TouchedSubject = {
  /** The row of the ledger. */
  account: string;
  target: AuditTarget;
  /** Caps set for them: of a user by itself or by its package; an application has none. */
  caps: CapSettings;
};

/**
 * A person, an application or a user, locked; or why whoever asks may not touch their sending: it is as their caps
 * are (ACC-2, ACC-4).
 */
export async function touchedSubject(
  context: Decision,
  { type, id }: CapSubject
): Promise<TouchedSubject | { refused: Refusal }> {
  const account = accountOf({ type, id });
  if (type === 'application') {
    const touched = await touchedApplication(context, id);
    if ('refused' in touched) return touched;
    return { account, target: applicationTarget(touched.row), caps: inheritAll() };
  }
  if (type === 'user') return touchedTenant(context, id);
  const row = context.people.get(id);
  if (!row || row.deletedAt !== null) return { refused: { code: 'not-found', what: 'administrator' } };
  const refused = barredFromPerson(context.actor, await personState(context, row));
  return refused ? { refused } : { account, target: personTarget(row), caps: row.caps };
}

async function touchedTenant(context: Decision, id: string): Promise<TouchedSubject | { refused: Refusal }> {
  const row = context.users.get(id);
  const has = row && context.packages.get(row.packageId);
  if (!row || !has || row.deletedAt !== null || isClosed(storedStatus(row), Date.now()))
    return { refused: { code: 'not-found', what: 'user' } };
  const refused = barredFromTenant(context.actor, await permissionsOfRole(context, has.roleId));
  if (refused) return { refused };
  const caps = settingsOfUser(has.caps, row.caps);
  return { account: accountOf({ type: 'user', id }), target: userTarget(row), caps };
}

/**
 * Reason of a step on a subject's sending, for its entry. A text about a user may name people: it is kept apart,
 * where it can be erased (LOG-7).
 */
export function noted(
  { type }: AuditTarget,
  { old = null, reason }: { old?: string | null | undefined; reason: string | null | undefined }
): { note: AuditChange[]; personal?: Record<string, string> } {
  if (type !== 'user') return { note: [{ path: 'note', old, new: reason ?? null }] };
  return { note: [], ...(reason ? { personal: { note: reason } } : {}) };
}

/** Target of a command about a subject, or about everybody, for the log of a refusal. */
export function targetIn({ subject }: AboutSubject): { type: string; id: string } {
  return subject === 'platform'
    ? { type: 'platform', id: 'platform' }
    : { type: subject.type, id: subject.id };
}

/** Locks of a command about a subject, or about everybody, and its target. */
export const ABOUT_SUBJECT = {
  people: (about: AboutSubject) => idsIn(about, 'administrator'),
  users: (about: AboutSubject) => idsIn(about, 'user'),
  applications: (_tx: unknown, about: AboutSubject) => Promise.resolve(idsIn(about, 'application')),
  target: targetIn
};

function idsIn({ subject }: AboutSubject, type: SubjectType): string[] {
  return subject !== 'platform' && subject.type === type ? [subject.id] : [];
}
