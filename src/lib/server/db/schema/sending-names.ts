import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { administrators } from './administrators';

/** Names that somebody signs in to mail servers with, besides the email address (QUO-5). */
export const sendingNames = pgTable(
  'sending_names',
  {
    /** The name as email addresses are compared: nobody else has it, and nobody's address is it (drizzle/0021). */
    key: text('key').primaryKey(),
    name: text('name').notNull(),
    administratorId: uuid('administrator_id')
      .notNull()
      .references(() => administrators.id, { onDelete: 'cascade' })
  },
  (t) => [
    index('sending_names_of').on(t.administratorId),
    check('sending_names_key', sql`key <> '' and length(key) <= 254`)
  ]
);
