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
    at: instant('at').notNull().defaultNow()
  },
  (t) => [primaryKey({ columns: [t.actor, t.op] }), index('operations_at').on(t.at)]
);
