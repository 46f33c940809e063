import { endOfKey, keyProblem } from '../../../core/applications/keys';
import type { KeyRow, KeyUse } from '../../db/tables/api-keys-table';

/** A key as lists show it: never the key. Times are ISO 8601. */
export type KeySummary = {
  id: string;
  name: string;
  /** The public beginning of the key. */
  prefix: string;
  last4: string;
  createdAt: string;
  madeBy: string;
  expiresAt: string;
  /** Until when it works beside the key that replaced it; null: it was not rotated. */
  retiresAt: string | null;
  replacedBy: string | null;
  lastUsedAt: string | null;
  lastUsedFrom: string | null;
  state: 'active' | 'expired' | 'revoked' | 'rotated';
};

export function keySummary(key: KeyRow, use: KeyUse | undefined): KeySummary {
  return {
    id: key.id,
    name: key.name,
    prefix: `rck_live_${key.kid}`,
    last4: key.last4,
    createdAt: key.createdAt.toISOString(),
    madeBy: key.madeByName,
    expiresAt: endOfKey(key).toISOString(),
    retiresAt: key.retiresAt?.toISOString() ?? null,
    replacedBy: key.replacedBy,
    lastUsedAt: use?.at.toISOString() ?? null,
    lastUsedFrom: use?.ip ?? null,
    state: keyProblem(key, new Date()) ?? 'active'
  };
}
