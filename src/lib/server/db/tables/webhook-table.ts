import { and, desc, eq, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Database, Queryable } from '../driver/client';
import { ONE_ROW } from '../driver/columns';
import type { AuditedTransaction } from '../driver/transaction';
import { webhook, webhookDeliveries } from '../schema/webhook';

export type WebhookRow = typeof webhook.$inferSelect;
export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** Webhook that alerts are posted to; null: none is set. */
export async function readWebhook(tx: Queryable): Promise<WebhookRow | null> {
  const [row] = await tx.select().from(webhook);
  return row ?? null;
}

/** The same, when no other transaction changes it any more. */
export async function lockWebhook(tx: AuditedTransaction): Promise<WebhookRow | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(${0x77656268})`);
  return readWebhook(tx);
}

export async function writeWebhook(tx: AuditedTransaction, row: Omit<WebhookRow, 'id'>): Promise<void> {
  await tx.insert(webhook).values(row).onConflictDoUpdate({ target: webhook.id, set: row });
}

export async function deleteWebhook(tx: AuditedTransaction): Promise<void> {
  await tx.delete(webhook);
}

/** Queues something, if there is somewhere to post it to. */
export async function insertDelivery(
  tx: AuditedTransaction,
  { id, type, body }: Pick<DeliveryRow, 'id' | 'type' | 'body'>
): Promise<void> {
  await tx.execute(sql`insert into webhook_deliveries (id, type, body)
    select ${id}, ${type}, ${body} where exists (select 1 from webhook)`);
}

/** Gives up all that waits, and says why; how many that were. */
export async function giveUpWaiting(tx: AuditedTransaction, problem: string): Promise<number> {
  const rows = await tx
    .update(webhookDeliveries)
    .set({ givenUpAt: sql`now()`, problem })
    .where(and(isNull(webhookDeliveries.deliveredAt), isNull(webhookDeliveries.givenUpAt)))
    .returning({ id: webhookDeliveries.id });
  return rows.length;
}

/** Takes one that is due, so that nobody else posts it for `seconds`. The try is counted. Null when none is due. */
export async function claimDelivery(db: Database, seconds: number): Promise<DeliveryRow | null> {
  const due = db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        isNull(webhookDeliveries.deliveredAt),
        isNull(webhookDeliveries.givenUpAt),
        lte(webhookDeliveries.nextAt, sql`now()`)
      )
    )
    .orderBy(webhookDeliveries.nextAt)
    .limit(ONE_ROW)
    .for('update', { skipLocked: true });
  const [row] = await db
    .update(webhookDeliveries)
    .set({
      attempts: sql`${webhookDeliveries.attempts} + 1`,
      nextAt: sql`now() + make_interval(secs => ${seconds})`
    })
    .where(eq(webhookDeliveries.id, due))
    .returning();
  return row ?? null;
}

/** Says what became of the try that was claimed; false when another one was begun or ended it since. */
export async function updateDelivery(
  tx: Queryable,
  { id, attempts }: Pick<DeliveryRow, 'id' | 'attempts'>,
  change: Partial<Pick<DeliveryRow, 'deliveredAt' | 'givenUpAt' | 'status' | 'problem' | 'nextAt'>>
): Promise<boolean> {
  const changed = await tx
    .update(webhookDeliveries)
    .set(change)
    .where(
      and(
        eq(webhookDeliveries.id, id),
        eq(webhookDeliveries.attempts, attempts),
        isNull(webhookDeliveries.deliveredAt),
        isNull(webhookDeliveries.givenUpAt)
      )
    )
    .returning({ id: webhookDeliveries.id });
  return changed.length > 0;
}

/** The newest ones. */
export async function readDeliveries(tx: Queryable, most: number): Promise<DeliveryRow[]> {
  return tx
    .select()
    .from(webhookDeliveries)
    .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
    .limit(most);
}

/** Forgets what was delivered or given up longer ago than `days`. */
export async function forgetDeliveries(tx: Queryable, days: number): Promise<void> {
  await tx
    .delete(webhookDeliveries)
    .where(
      and(
        sql`(${webhookDeliveries.deliveredAt} is not null or ${webhookDeliveries.givenUpAt} is not null)`,
        lt(webhookDeliveries.createdAt, sql`now() - make_interval(days => ${days})`)
      )
    );
}
