import type { AuthoritySubject } from '../src/lib/server/db/driver/notify';
import { accountRecord } from '../src/lib/server/services/write-path/account-record';
import type { Connection, Holder } from './connection';

/** True if what changed decides about somebody who reads; `all`: everything may have. */
export function isConcerned(
  { holder }: Pick<Connection, 'holder'>,
  subjects: ReadonlySet<AuthoritySubject | 'all'>
): boolean {
  return (
    subjects.has('all') ||
    subjects.has(`session:${holder.sid}`) ||
    subjects.has(accountRecord({ kind: holder.kind, id: holder.personId })) ||
    (holder.packageId !== null && subjects.has(`package:${holder.packageId}`)) ||
    subjects.has(`role:${holder.roleId}`) ||
    (holder.visit !== null && isVisitConcerned(holder.visit, subjects))
  );
}

function isVisitConcerned(
  { by, parentSid }: NonNullable<Holder['visit']>,
  subjects: ReadonlySet<AuthoritySubject | 'all'>
): boolean {
  return (
    subjects.has(`session:${parentSid}`) ||
    subjects.has(`person:${by.id}`) ||
    subjects.has(`role:${by.roleId}`)
  );
}
