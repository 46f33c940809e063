import type { AuditActor } from '../../../core/log/entry';
import type { AccountRef } from '../../../core/sign-in/account';
import type { SessionRow, Visit } from '../../db/tables/sessions-table';
import type { VisitRow } from '../../db/tables/visits-table';
import type { CallerKey } from './caller';

/** Actor, in the log, of an account that acts through a session. */
export function auditActor(person: AccountRef & { name: string }, sid: string, aal: number): AuditActor {
  return { type: person.kind, id: person.id, name: person.name, sid, aal: aal === 2 ? 2 : 1, via: 'web' };
}

/** Actor, in the log, of whoever acts through a session: in a visit the staff member, in the place of the user. */
export function auditActorIn({
  person,
  session,
  visit
}: {
  person: AccountRef & { name: string };
  session: Pick<SessionRow, 'sid' | 'aal'>;
  visit?: Visit;
}): AuditActor {
  if (!visit) return auditActor(person, session.sid, session.aal);
  const { id, name } = person;
  return { ...auditActor(visit.by, session.sid, visit.aal), onBehalfOf: { type: 'user', id, name } };
}

/** The same of a visit by its row. */
export function visitActor({
  sid,
  aal,
  administratorId,
  administratorName,
  userId,
  userName
}: VisitRow): AuditActor {
  const by = { kind: 'administrator' as const, id: administratorId, name: administratorName };
  return { ...auditActor(by, sid, aal), onBehalfOf: { type: 'user', id: userId, name: userName } };
}

/** Actor, in the log, of whoever acts through a key: the application, or the person who owns the key. */
export function auditActorOfKey(
  { holder, kid }: Pick<CallerKey, 'holder' | 'kid'>,
  name: string
): AuditActor {
  return { type: holder.type, id: holder.id, name, sid: null, aal: 0, via: 'key', key: kid };
}
