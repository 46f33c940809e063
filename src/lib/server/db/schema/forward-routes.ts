import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, version } from '../driver/columns';

/** Routes: which permission each request that a proxy asks about takes (DEC-4). The first that fits decides. */
export const forwardRoutes = pgTable(
  'forward_routes',
  {
    id: uuid('id').primaryKey(),
    position: integer('position').notNull(),
    /** The method in capitals; `*`: any. */
    method: text('method').notNull(),
    /** The host in lower case, without a port; `*`: any. */
    host: text('host').notNull(),
    /** The path and all below it. */
    path: text('path').notNull(),
    /** A permission, `signed-in` or `nobody`. */
    takes: text('takes').notNull(),
    /** True if keys of users are let through as well. */
    users: boolean('users').notNull().default(false),
    seq: version('seq').notNull().default(1),
    changedBy: text('changed_by').notNull().default(''),
    changedAt: instant('changed_at').notNull().defaultNow()
  },
  (t) => [
    uniqueIndex('forward_routes_position').on(t.position),
    check('forward_routes_method', sql`method = '*' or method ~ '^[A-Z]{1,20}$'`),
    check('forward_routes_host', sql`host = '*' or host ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'`),
    check('forward_routes_path', sql`path ~ '^/' and length(path) <= 500`)
  ]
);
