import { requirePermission, type Actor } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';

/**
 * Reason a person may not see the usage of these; null: they may. `ids` null: of everybody. Seeing one's own takes
 * less.
 */
export function viewBarred(actor: Actor, ids: readonly string[] | null): Refusal | null {
  const all = requirePermission(actor, 'quotas.ledger.view_usage');
  const own = ids !== null && ids.length > 0 && ids.every((id) => id === actor.id);
  return all && own ? requirePermission(actor, 'quotas.admin_quota.view_usage_own') : all;
}
