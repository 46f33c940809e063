import { sql } from 'drizzle-orm';
import { check, date, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, version } from '../driver/columns';

/** Number of times each principal was permitted each permission, by day (DEC-6). */
export const permitCounts = pgTable(
  'permit_counts',
  {
    kind: text('kind', { enum: ['administrator', 'application', 'user'] }).notNull(),
    principalId: uuid('principal_id').notNull(),
    permission: text('permission').notNull(),
    /** The day in UTC. */
    day: date('day').notNull(),
    count: version('count').notNull()
  },
  (t) => [
    primaryKey({ name: 'permit_counts_key', columns: [t.principalId, t.permission, t.day] }),
    index('permit_counts_day').on(t.day),
    check('permit_counts_kinds', sql`kind in ('administrator', 'application', 'user')`),
    check('permit_counts_some', sql`count > 0`)
  ]
);

/** The time since when it is counted: one row. */
export const permitCounting = pgTable('permit_counting', { since: instant('since').notNull() });
