import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { HandedProcedure, HandoverState } from '../../../core/forwarding/handovers';
import type { Refusal } from '../../../core/access/refusal';
import { instant } from '../driver/columns';

/**
 * A refused change that somebody handed to somebody else (LIV-8). Names are kept beside the ids, for when one of
 * the two is deleted.
 */
export const handovers = pgTable(
  'handovers',
  {
    id: uuid('id').primaryKey(),
    fromId: uuid('from_id').notNull(),
    fromName: text('from_name').notNull(),
    toId: uuid('to_id').notNull(),
    toName: text('to_name').notNull(),
    /** Change that was asked for: a procedure and its input, without an operation id. */
    procedure: text('procedure').$type<HandedProcedure>().notNull(),
    input: jsonb('input').$type<Record<string, unknown>>().notNull(),
    /** Name of the subject when it was sent. */
    label: text('label').notNull(),
    /** Reason it was refused to its author, as the server said it. */
    reason: jsonb('reason').$type<Refusal>().notNull(),
    note: text('note').notNull().default(''),
    state: text('state').$type<HandoverState>().notNull().default('open'),
    /** Time at which it was refused, or judged. */
    askedAt: instant('asked_at').notNull(),
    /** The operation under which it was refused; null where it was judged when it was sent. */
    refusedOp: uuid('refused_op'),
    sentAt: instant('sent_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
    /** Recipient's note on declining; empty when none. */
    endNote: text('end_note').notNull().default('')
  },
  (t) => [
    index('handovers_to').on(t.toId, t.sentAt),
    index('handovers_from').on(t.fromId, t.sentAt),
    check(
      'handovers_states',
      sql`state in ('open', 'applied', 'declined', 'withdrawn') and (state = 'open') = (ended_at is null)`
    )
  ]
);
