import { keyProblem, STEWARDLESS_DAYS } from '../../../core/applications/keys';
import type { ApplicationSummary, KeyCell } from '../../../documents/cells';
import { lifeOf, type KeyRow } from '../../db/tables/api-keys-table';
import type { ApplicationRow } from '../../db/tables/applications-table';
import { keySummary } from './key-summary';

const DAY = 86_400_000;

/**
 * An application as its document shows it, with the keys that work at a moment: without addresses, for devices keep
 * it.
 */
export function applicationCell(row: ApplicationRow, keys: readonly KeyRow[], now: Date): ApplicationSummary {
  const { name, roleId, stewardId, stewardGoneAt, status, perMinute, seq } = row;
  return {
    name,
    roleId,
    stewardId,
    stewardlessUntil:
      stewardGoneAt && new Date(stewardGoneAt.getTime() + STEWARDLESS_DAYS * DAY).toISOString(),
    status,
    perMinute,
    createdAt: row.createdAt.toISOString(),
    seq,
    keys: keys.filter((key) => keyProblem(lifeOf(key), now.getTime()) === null).map(keyCell)
  };
}

function keyCell(key: KeyRow): KeyCell {
  const { id, name, prefix, last4, createdAt, madeBy, expiresAt, retiresAt, replacedBy } = keySummary(
    key,
    undefined
  );
  return { id, name, prefix, last4, createdAt, madeBy, expiresAt, retiresAt, replacedBy };
}
