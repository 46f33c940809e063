import type { AuditChange, AuditEvent, AuditTarget } from '../../../core/log/entry';
import type { KeyOwnerRef, KeyRow } from '../../db/tables/api-keys-table';

/** Owner of a key, as log entries name it. */
export type KeyOwner = KeyOwnerRef & { name: string };

type Named = Pick<KeyRow, 'id' | 'kid' | 'name'>;

/**
 * Target of an entry about a key: the key; for a user's key that user, so that its own log shows it whoever did it
 * (TEN-5), and its record's history as well.
 */
function about({ id, name }: Named, of: KeyOwner): { target: AuditTarget; said: AuditChange } {
  return of.type === 'user'
    ? { target: { type: 'user', id: of.id, name: of.name }, said: { path: 'keyName', old: null, new: name } }
    : { target: { type: 'key', id, name }, said: { path: 'of', old: null, new: of.name } };
}

/** The entry of a new key: never with the key itself. `permissions` null: an application's. */
export function keyCreated(
  key: Named & { expiresAt: Date; permissions: string[] | null },
  of: KeyOwner
): AuditEvent {
  const { target, said } = about(key, of);
  return {
    action: 'api_key.created',
    target,
    outcome: 'success',
    change: [
      said,
      { path: 'key', old: null, new: key.kid },
      { path: 'expiresAt', old: null, new: key.expiresAt.toISOString() },
      ...(key.permissions ? [{ path: 'permissions', old: [], new: key.permissions }] : [])
    ]
  };
}

/** The entry of the end of a key. `reason`: that it was reported. */
export function keyRevoked(key: Named, of: KeyOwner, reason?: 'leaked'): AuditEvent {
  const { target, said } = about(key, of);
  return {
    action: 'api_key.revoked',
    target,
    outcome: 'success',
    ...(reason === undefined ? {} : { reason }),
    change: [said, { path: 'key', old: key.kid, new: null }]
  };
}
