import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { administrators } from './administrators';
import { users } from './users';

/** Names that somebody signs in to mail servers with, besides the email address (QUO-5). */
export const sendingNames = pgTable(
  'sending_names',
  {
    /** The name as email addresses are compared: nobody else has it, and nobody's address is it (drizzle/0021). */
    key: text('key').primaryKey(),
    name: text('name').notNull(),
    /** Owner of the name: exactly one of the two is set. */
    administratorId: uuid('administrator_id').references(() => administrators.id, { onDelete: 'cascade' }),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' })
  },
  (t) => [
    index('sending_names_of').on(t.administratorId),
    index('sending_names_of_user').on(t.userId),
    check('sending_names_holder', sql`(administrator_id is null) <> (user_id is null)`),
    check('sending_names_key', sql`key <> '' and length(key) <= 254`)
  ]
);
