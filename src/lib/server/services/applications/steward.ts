import type { AuditChange } from '../../../core/log/entry';
import { findAdministrator } from '../../db/tables/administrators-table';
import {
  applicationsOfSteward,
  setStewardGone,
  type ApplicationRow
} from '../../db/tables/applications-table';
import type { Queryable } from '../../db/driver/client';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { AuthoritySubject } from '../../db/driver/notify';
import type { AffectedRecord } from '../write-path/audit';
import type { Decision } from '../write-path/mutation';
import type { Notice } from '../write-path/notices';

/** Consequences of a change to a person for the applications they answer for. */
export type StewardChange = {
  change: AuditChange[];
  affects: AffectedRecord[];
  authority: AuthoritySubject[];
};

/**
 * Tells whoever answers for an application of a key that somebody else made (APP-1); nobody, when they made it
 * themselves.
 */
export async function stewardNotices(
  { tx, actor }: Decision,
  { name: application, stewardId }: ApplicationRow,
  told: { name: string; rotated: 'rotated' | null }
): Promise<Notice[]> {
  if (stewardId === null || stewardId === actor.id) return [];
  const steward = await findAdministrator(tx, stewardId);
  if (!steward) return [];
  return [{ to: steward, kind: 'application-key-made', data: { by: actor.name, application, ...told } }];
}

/** Applications a person answers for: to be declared by whoever changes whether they can. */
export function answeredFor(tx: Queryable, { id }: { id: string }): Promise<string[]> {
  return applicationsOfSteward(tx, id);
}

/**
 * Somebody cannot answer for their applications any more, or can again: those are flagged, and later suspended
 * (APP-4).
 */
export async function stewardIs(
  tx: AuditedTransaction,
  personId: string,
  now: 'gone' | 'back'
): Promise<StewardChange> {
  const applications = await setStewardGone(tx, personId, now === 'gone' ? new Date() : null);
  if (applications.length === 0) return { change: [], affects: [], authority: [] };
  const refs = applications.map(({ id }) => `application:${id}` as const);
  const names = applications.slice(0, 100).map(({ name }) => name);
  const path = now === 'gone' ? 'stewardGone' : 'stewardBack';
  return { change: [{ path, old: null, new: names }], affects: refs, authority: refs };
}
