import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, version } from '../driver/columns';

/** Webhook that cap alerts are posted to (QUO-9): one row, or none. */
export const webhook = pgTable(
  'webhook',
  {
    id: boolean('id').primaryKey().default(true),
    url: text('url').notNull(),
    /** The secret in base64. */
    secretSealed: text('secret_sealed').notNull(),
    /** The secret before, which signs too until then; null: there is none. */
    previousSealed: text('previous_sealed'),
    previousUntil: instant('previous_until'),
    seq: version('seq').notNull(),
    changedBy: text('changed_by').notNull(),
    changedAt: instant('changed_at').notNull().defaultNow()
  },
  () => [check('webhook_one', sql`id`)]
);

/** Deliveries to the webhook, each written with the log entry that it reports. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** The same for each try: whoever receives it twice knows it by this. */
    id: uuid('id').primaryKey(),
    type: text('type').notNull(),
    /** JSON, as it is signed. */
    body: text('body').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    nextAt: instant('next_at').notNull().defaultNow(),
    attempts: integer('attempts').notNull().default(0),
    deliveredAt: instant('delivered_at'),
    givenUpAt: instant('given_up_at'),
    /** Status of the last answer; null: there was none. */
    status: integer('status'),
    problem: text('problem')
  },
  (t) => [
    index('webhook_deliveries_due')
      .on(t.nextAt)
      .where(sql`delivered_at is null and given_up_at is null`),
    index('webhook_deliveries_created').on(t.createdAt)
  ]
);
