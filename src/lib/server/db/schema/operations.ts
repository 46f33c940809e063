import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../driver/columns';

/** Answers given, by the client's operation id: a repeated call gets the first answer. */
export const operations = pgTable(
  'operations',
  {
    actor: text('actor').notNull(),
    op: uuid('op').notNull(),
    /** Hash of procedure and input: the same id with another content is a mistake. */
    request: bytes('request').notNull(),
    answer: jsonb('answer').$type<unknown>().notNull(),
    /** Prints of the single things that were asked for, where it can be handed on (LIV-8); null of everything else. */
    parts: text('parts').array(),
    /** The id of the user that it is about, whose erasure takes the answer along; null: of nobody who is erased so. */
    about: text('about'),
    at: instant('at').notNull().defaultNow()
  },
  (t) => [
    primaryKey({ columns: [t.actor, t.op] }),
    index('operations_at').on(t.at),
    index('operations_about')
      .on(t.about)
      .where(sql`about is not null`)
  ]
);
