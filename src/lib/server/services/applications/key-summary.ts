import { shownKey } from '../../../core/applications/key-format';
import { endOfKey, keyProblem } from '../../../core/applications/keys';
import type { KeyCell } from '../../../documents/cells';
import { lifeOf, type KeyRow, type KeyUse } from '../../db/tables/api-keys-table';

/** A key as lists show it: never the key. Times are ISO 8601. */
export type KeySummary = KeyCell & {
  lastUsedAt: string | null;
  lastUsedFrom: string | null;
  state: 'active' | 'expired' | 'revoked' | 'rotated';
};

export function keySummary(key: KeyRow, use: KeyUse | undefined): KeySummary {
  return {
    id: key.id,
    name: key.name,
    prefix: shownKey(key.kid),
    last4: key.last4,
    createdAt: key.createdAt.toISOString(),
    madeBy: key.madeByName,
    expiresAt: new Date(endOfKey(lifeOf(key))).toISOString(),
    retiresAt: key.retiresAt?.toISOString() ?? null,
    replacedBy: key.replacedBy,
    lastUsedAt: use?.at.toISOString() ?? null,
    lastUsedFrom: use?.ip ?? null,
    state: keyProblem(lifeOf(key), Date.now()) ?? 'active'
  };
}
