import { requirePermission } from '../../../core/access/access';
import { readDeliveries, readWebhook as readRow, type DeliveryRow } from '../../db/tables/webhook-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { CapId } from '../../../core/quotas/caps';
import type { RefusalOr } from '../write-path/refusal-or';
import { CAP_ALERT } from './deliver';
import { originOf } from './webhook-commands';

/** One alert on its way. Times are ISO 8601. */
export type Delivery = {
  id: string;
  type: string;
  /**
   * Alert that is delivered; null: the delivery is no alert. `subject` null: whoever looks may not see who sends
   * how much.
   */
  alert: { subject: string | null; cap: CapId; threshold: number } | null;
  state: 'waiting' | 'delivered' | 'given-up';
  at: string;
  attempts: number;
  /** Status of the last answer. */
  status: number | null;
  problem: string | null;
  /** Null: there is no further try. */
  nextAt: string | null;
};

export type WebhookState = {
  /** Whole for those who may change it, else without path; null: there is none. */
  url: string | null;
  seq: number;
  changed: { by: string; at: string } | null;
  /** The time until which the secret before signs too; null: it does not. */
  previousUntil: string | null;
  /** The newest first. */
  deliveries: Delivery[];
  may: { edit: boolean; test: boolean; rotate: boolean };
};

const MOST = 20;

/** State of the webhook that cap alerts are posted to, with its deliveries. */
export function readWebhook(deps: Deps, caller: Caller): Promise<RefusalOr<WebhookState>> {
  const question = { name: 'settings.webhook', permission: 'settings.integrations.view' } as const;
  return ask<WebhookState>(deps, caller, question, async (actor) => {
    const row = await readRow(deps.db);
    const deliveries = await readDeliveries(deps.db, MOST);
    const edit = requirePermission(actor, 'settings.integrations.edit') === null;
    const named = requirePermission(actor, 'quotas.ledger.view_usage') === null;
    const until = row?.previousUntil ?? null;
    return {
      answer: {
        url: row && (edit ? row.url : originOf(row.url)),
        seq: row?.seq ?? 0,
        changed: row && { by: row.changedBy, at: row.changedAt.toISOString() },
        previousUntil: until !== null && until > new Date() ? until.toISOString() : null,
        deliveries: deliveries.map((each) => toDelivery(each, named)),
        may: {
          edit,
          test: requirePermission(actor, 'settings.integrations.test') === null,
          rotate: requirePermission(actor, 'settings.integrations.rotate_secret') === null
        }
      }
    };
  });
}

function toDelivery(row: DeliveryRow, named: boolean): Delivery {
  const { id, type, attempts, status, problem, deliveredAt, givenUpAt } = row;
  const state = deliveredAt ? 'delivered' : givenUpAt ? 'given-up' : 'waiting';
  const at = (deliveredAt ?? givenUpAt ?? row.createdAt).toISOString();
  const nextAt = state === 'waiting' ? row.nextAt.toISOString() : null;
  return { id, type, alert: alertIn(row, named), state, at, attempts, status, problem, nextAt };
}

/** Data of a cap alert, as it was queued (send-alerts). */
type Told = { data: { subject: { name: string }; cap: CapId; threshold: number } };

function alertIn({ type, body }: DeliveryRow, named: boolean): Delivery['alert'] {
  if (type !== CAP_ALERT) return null;
  const { subject, cap, threshold } = (JSON.parse(body) as Told).data;
  return { subject: named ? subject.name : null, cap, threshold };
}
