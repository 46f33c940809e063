import type { AuditActor } from '../../../core/log/entry';

/** How the log names somebody who acts through a session. */
export function auditActor(person: { id: string; name: string }, sid: string, aal: number): AuditActor {
  return { type: 'administrator', id: person.id, name: person.name, sid, aal: aal === 2 ? 2 : 1, via: 'web' };
}
