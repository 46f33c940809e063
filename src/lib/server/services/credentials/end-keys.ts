import type { AuditChange, AuditEvent } from '../../../core/log/entry';
import { keysOf, revokeKeysOf, type KeyRow } from '../../db/tables/api-keys-table';
import type { AccountRef } from '../../../core/sign-in/account';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { keyRevoked, type KeyOwner } from './key-events';

/** Keys that were ended with something else. */
export type EndedKeys = Pick<KeyRow, 'id' | 'kid' | 'name'>[];

/**
 * Revokes the personal keys of somebody whose record is locked: whoever had their account may have made some
 * (decision 0047). The view of every process learns it by the authority of that person, which the caller announces.
 */
export function endKeys(tx: AuditedTransaction, account: AccountRef): Promise<EndedKeys> {
  return revokeKeysOf(tx, keysOf(account), 'revoked');
}

/** Number of keys revoked, for the entry about what ended them; no change when there was none. */
export function keysRevoked(keys: EndedKeys): AuditChange[] {
  return keys.length === 0 ? [] : [{ path: 'keysRevoked', old: null, new: keys.length }];
}

/** An entry for each, where nothing else tells it. `of`: whose they were. */
export function keyRevokedEvents(keys: EndedKeys, of: KeyOwner): AuditEvent[] {
  return keys.map((key) => keyRevoked(key, of));
}
