import { bigint, check, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { instant } from '../driver/columns';

/**
 * Calls with keys of each application, by minute and what came of them. Bookkeeping: written every few seconds,
 * without an entry in the log.
 */
export const callCounts = pgTable(
  'call_counts',
  {
    applicationId: uuid('application_id').notNull(),
    minute: instant('minute').notNull(),
    /** `let-through`, or why it was refused (`core/applications/calls`). */
    outcome: text('outcome').notNull(),
    /** Permission that was missing; empty: none was. */
    permission: text('permission').notNull(),
    calls: bigint('calls', { mode: 'number' }).notNull(),
    lastAt: instant('last_at').notNull()
  },
  (t) => [
    primaryKey({ name: 'call_counts_key', columns: [t.applicationId, t.minute, t.outcome, t.permission] }),
    index('call_counts_minute').on(t.minute),
    check('call_counts_some', sql`calls > 0`)
  ]
);
