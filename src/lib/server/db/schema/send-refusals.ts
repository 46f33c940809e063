import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '../driver/columns';

/**
 * Refusals to send, by subject and reason, in slots of five minutes. Bookkeeping: written every few seconds,
 * without an entry in the log.
 */
export const sendRefusals = pgTable(
  'send_refusals',
  {
    account: text('account').notNull(),
    slot: instant('slot').notNull(),
    /** `cap`, `paused`, `suspended` or `deactivated`. */
    reason: text('reason').notNull(),
    /** The cap that refused, and where it comes from; empty: no cap did. */
    cap: text('cap').notNull(),
    layer: text('layer').notNull(),
    asks: bigint('asks', { mode: 'number' }).notNull(),
    units: bigint('units', { mode: 'number' }).notNull(),
    lastAt: instant('last_at').notNull()
  },
  (t) => [
    primaryKey({ name: 'send_refusals_key', columns: [t.account, t.slot, t.reason, t.cap, t.layer] }),
    index('send_refusals_slot').on(t.slot)
  ]
);
