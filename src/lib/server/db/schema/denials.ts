import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import { instant } from '../driver/columns';

/** Denials of one person in a minute: the first is an entry of the log, those counted here become another one. */
export const denials = pgTable(
  'denials',
  {
    /** Key that makes denials equal; of all that are too many for a row of their own, the person. */
    kind: text('kind').primaryKey(),
    administratorId: text('administrator_id').notNull(),
    /** The entry of the first. */
    first: uuid('first').notNull(),
    /** Number of denials without an entry of their own. */
    repeats: integer('repeats').notNull(),
    until: instant('until').notNull(),
    /** Actor of the last one; the request is of that, too. */
    actor: jsonb('actor').$type<AuditActor>().notNull(),
    request: jsonb('request').$type<DeniedRequest>().notNull(),
    /** Null of those that are too many for a row of their own: they differ. */
    event: jsonb('event').$type<AuditEvent>()
  },
  (t) => [index('denials_administrator').on(t.administratorId)]
);

export type DeniedRequest = { id: string; ip: string | null; peer: string | null; userAgent: string | null };
