import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { findOwner } from '../../db/tables/administrators-table';
import {
  claimDelivery,
  insertDelivery,
  readWebhook,
  updateDelivery,
  type DeliveryRow,
  type WebhookRow
} from '../../db/tables/webhook-table';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { sendNotices } from '../write-path/notices';
import { startRounds } from '../write-path/rounds';
import { post, type Posted, type PostOptions } from './post';
import { signedHeaders } from './signed-headers';
import { REMOVED } from './webhook-commands';
import { signingSecrets } from './webhook-secret';

const LOOK_MS = 2000;
/**
 * Longer than the slowest try: nobody else takes what somebody is posting; after a crash it is posted again, under
 * the same id.
 */
const CLAIM_SECONDS = 15;
/** Waits before the next try, in seconds; then every hour. */
const DELAYS = [5, 30, 120, 600, 1800];
const LONGEST_DELAY = 3600;
const GIVE_UP_MS = 24 * 3_600_000;

/** The type of an alert of a cap. */
export const CAP_ALERT = 'caps.threshold_reached';

/** Event to post, in the shape of Standard Webhooks. */
export type WebhookEvent = { type: string; data: object };

/** Queues an event with the change that it tells of; without a webhook nothing is queued. */
export function queueWebhook(
  tx: AuditedTransaction,
  id: string,
  { type, data }: WebhookEvent,
  at: Date
): Promise<void> {
  return insertDelivery(tx, { id, type, body: bodyOf({ type, data }, at) });
}

export function bodyOf({ type, data }: WebhookEvent, at: Date): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}

/**
 * Posts what is due, every two seconds, in any number of processes: each at least once, under one id, or given up
 * after a day.
 */
export function startWebhookDelivery(deps: Deps, options: PostOptions): { stop(): Promise<void> } {
  return startRounds(
    LOOK_MS,
    async (goes) => {
      while (goes() && (await deliverOne(deps, options)));
    },
    (error) => deps.log.warn({ err: error }, 'the webhook could not be looked after, it is tried again')
  );
}

/** Posts one that is due; false when there was none. */
export async function deliverOne(deps: Deps, options: PostOptions): Promise<boolean> {
  const row = await claimDelivery(deps.db, CLAIM_SECONDS);
  if (!row) return false;
  const webhook = await readWebhook(deps.db);
  if (!webhook) {
    // It was queued while the webhook was being removed: what waited then was given up with that.
    await giveUp(deps, row, { status: null, problem: REMOVED }, { tellOwner: false });
    return true;
  }
  const { status, problem } = await postSigned(deps, webhook, row, options);
  if (problem === null)
    await updateDelivery(deps.db, row, { deliveredAt: new Date(), status, problem: null });
  else await failed(deps, row, { status, problem });
  return true;
}

/** Posts a body under an id, signed with what signs now. */
export async function postSigned(
  { keyring }: Pick<Deps, 'keyring'>,
  webhook: WebhookRow,
  { id, body }: Pick<DeliveryRow, 'id' | 'body'>,
  options: PostOptions
): Promise<Posted> {
  const now = new Date();
  let secrets: string[];
  try {
    secrets = signingSecrets(keyring, webhook, now);
  } catch {
    return { status: null, said: '', problem: 'Its secret cannot be read any more. Rotate the secret.' };
  }
  const headers = signedHeaders(secrets, `msg_${id}`, Math.floor(now.getTime() / 1000), body);
  return post(webhook.url, body, headers, options);
}

async function failed(
  deps: Deps,
  row: DeliveryRow,
  { status, problem }: { status: number | null; problem: string }
): Promise<void> {
  const { id, attempts, createdAt, type } = row;
  deps.log.warn({ delivery: id, type, attempts, problem }, 'the webhook did not take an alert');
  if (Date.now() - createdAt.getTime() < GIVE_UP_MS) {
    const nextAt = new Date(Date.now() + delaySeconds(attempts) * 1000);
    await updateDelivery(deps.db, row, { status, problem, nextAt });
    return;
  }
  await giveUp(deps, row, { status, problem }, { tellOwner: true });
}

async function giveUp(
  deps: Deps,
  row: DeliveryRow,
  { status, problem }: { status: number | null; problem: string },
  { tellOwner }: { tellOwner: boolean }
): Promise<void> {
  await auditedTransaction(deps.db, async (tx) => {
    // Somebody else tried it since, and says what became of it.
    if (!(await updateDelivery(tx, row, { givenUpAt: new Date(), status, problem }))) return;
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('webhook') },
      {
        action: 'settings.webhook_given_up',
        target: { type: 'settings', id: 'webhook', name: null },
        outcome: 'error',
        change: [
          { path: 'tries', old: null, new: row.attempts },
          { path: 'said', old: null, new: problem }
        ]
      },
      []
    );
    if (!tellOwner) return;
    const owner = await findOwner(tx);
    // Of many that are given up, one notice a day.
    const once = `webhook-given-up ${new Date().toISOString().slice(0, 10)}`;
    if (owner) await sendNotices(tx, [{ to: owner, kind: 'webhook-given-up', data: { problem }, once }]);
  });
}

/** Wait before the next try: 5 s, 30 s, 2, 10, 30 minutes, then every hour. */
export function delaySeconds(attempts: number): number {
  return DELAYS[attempts - 1] ?? LONGEST_DELAY;
}
