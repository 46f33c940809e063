import type { AuditTarget } from '../../../core/log/entry';
import type { RecordRef } from '../../../core/records';
import type { AccountRef } from '../../../core/sign-in/account';

/** Reference by which documents and open sockets name the record of an account. */
export function accountRecord({ kind, id }: AccountRef): RecordRef<'person' | 'user'> {
  return kind === 'user' ? `user:${id}` : `person:${id}`;
}

/** The entry's name for them. */
export function accountTarget({ kind, id, name }: AccountRef & { name: string }): AuditTarget {
  return { type: kind, id, name };
}
