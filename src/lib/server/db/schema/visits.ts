import { index, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../driver/columns';

/**
 * Visits: one of staff signed in as a user, in a session of its own (TEN-6). Both are named as they were called when
 * it began: the entry of its end names them, too, when one of them is gone by then. As of sessions, the token itself
 * is never stored.
 */
export const visits = pgTable(
  'visits',
  {
    sid: text('sid').primaryKey(),
    secretHash: bytes('secret_hash').notNull(),
    /** The session of staff that it was begun in, and does not outlast. */
    parentSid: text('parent_sid').notNull(),
    administratorId: uuid('administrator_id').notNull(),
    administratorName: text('administrator_name').notNull(),
    userId: uuid('user_id').notNull(),
    userName: text('user_name').notNull(),
    aal: smallint('aal').notNull(),
    ip: text('ip'),
    userAgent: text('user_agent'),
    createdAt: instant('created_at').notNull().defaultNow(),
    endsAt: instant('ends_at').notNull()
  },
  // One at a time of each member of staff.
  (t) => [unique('visits_one_each').on(t.administratorId), index('visits_of_user').on(t.userId)]
);
