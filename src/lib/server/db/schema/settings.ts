import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, version } from '../driver/columns';

/** The installation's settings, a row a section (core/settings); a section without a row is as it ships. */
export const settings = pgTable('settings', {
  section: text('section').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
  seq: version('seq').notNull(),
  byName: text('by_name').notNull(),
  at: instant('at').notNull()
});
