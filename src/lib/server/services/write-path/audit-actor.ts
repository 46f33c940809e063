import type { AuditActor } from '../../../core/log/entry';
import type { AccountRef } from '../../../core/sign-in/account';
import type { CallerKey } from './caller';

/** How the log names somebody who acts through a session. */
export function auditActor(person: AccountRef & { name: string }, sid: string, aal: number): AuditActor {
  return { type: person.kind, id: person.id, name: person.name, sid, aal: aal === 2 ? 2 : 1, via: 'web' };
}

/** How the log names whoever acts through a key: the application, or the person whose key it is. */
export function auditActorOfKey(
  { holder, kid }: Pick<CallerKey, 'holder' | 'kid'>,
  name: string
): AuditActor {
  return { type: holder.type, id: holder.id, name, sid: null, aal: 0, via: 'key', key: kid };
}
