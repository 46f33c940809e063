import { sql } from 'drizzle-orm';
import { bigint, check, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '../driver/columns';

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/**
 * Sending layers: callers that ask the ledger before they send. Bookkeeping: written every few seconds, without an
 * entry in the log.
 */
export const sendingLayers = pgTable(
  'sending_layers',
  {
    door: text('door', { enum: ['http', 'postfix'] }).notNull(),
    /**
     * `application:<id>` or `administrator:<id>`, whose key it is; of Postfix, the name of the mail server in
     * `policy_context`.
     */
    caller: text('caller').notNull(),
    /** Address from which it asks: an IP address, or `unix` for a socket of this machine. */
    address: text('address').notNull(),
    firstAt: instant('first_at').notNull(),
    askedAt: instant('asked_at').notNull(),
    /** Time each state of the Postfix protocol was last seen, by state. */
    states: jsonb('states').$type<Record<string, string>>().notNull().default({}),
    /** Time an ask last gave a number of recipients; null: none has yet. */
    unitsAt: instant('units_at'),
    asks: count('asks'),
    /** Number of the asks that were refused, and of them those of a sender that nobody knows. */
    refused: count('refused'),
    unknown: count('unknown'),
    /** Requests of Postfix that got no answer, and the last reason. */
    unanswered: count('unanswered'),
    problem: text('problem'),
    problemAt: instant('problem_at')
  },
  (t) => [
    primaryKey({ name: 'sending_layers_key', columns: [t.door, t.caller, t.address] }),
    check('sending_layers_doors', sql`door in ('http', 'postfix')`)
  ]
);
