import { index, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { instant } from '../driver/columns';
import { holder, oneHolder } from './holder';

/**
 * Times at which people were last active. Bookkeeping: written at most once a minute and person, without an entry
 * in the log.
 */
export const lastActive = pgTable('last_active', { ...holder(), at: instant('at').notNull() }, (t) => [
  primaryKey({ columns: [t.holderId], name: 'last_active_pkey' }),
  index('last_active_of_administrator').on(t.administratorId),
  index('last_active_of_user').on(t.userId),
  oneHolder('last_active')
]);
