import { sql } from 'drizzle-orm';
import { jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, version } from '../driver/columns';

/** An export of the log, from its question to a day after its end: bookkeeping, the log has the events (LOG-5). */
export const logExports = pgTable(
  'log_exports',
  {
    id: uuid('id').primaryKey(),
    administratorId: uuid('administrator_id').notNull(),
    /** The session that asked for it, which alone may fetch it. */
    sid: text('sid').notNull(),
    /** Filter and format that were asked for. */
    query: jsonb('query').$type<unknown>().notNull(),
    /** Number of entries that it is of, all covered by one checkpoint. */
    upTo: version('up_to').notNull(),
    state: text('state')
      .$type<'offered' | 'running' | 'finished' | 'cancelled' | 'broken'>()
      .notNull()
      .default('offered'),
    /** The number it has reached, how many entries that made, and of how many bytes. */
    position: version('position').notNull().default(0),
    entries: version('entries').notNull().default(0),
    bytes: version('bytes').notNull().default(0),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Time at which whoever writes it was last heard of. */
    seenAt: instant('seen_at').notNull().defaultNow()
  },
  (t) => [
    uniqueIndex('log_exports_one_each')
      .on(t.administratorId)
      .where(sql`state in ('offered', 'running')`)
  ]
);
