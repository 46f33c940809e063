import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid
} from 'drizzle-orm/pg-core';
import type { CapId } from '../../../core/quotas/caps';
import { bytes, instant } from '../driver/columns';

// The ledger (drizzle/0014): its functions alone write these tables.

const units = (name: string) => bigint(name, { mode: 'number' });

/** Ledger accounts: units a subject has used and holds, in each window. Minutes and hours are counted since 1970. */
export const ledgerAccounts = pgTable(
  'ledger_accounts',
  {
    /** `administrator:<id>`, `application:<id>`; of the total of the platform, `platform`. */
    account: text('account').primaryKey(),
    /** The time zone that `day` and `month` are local dates of. */
    zone: text('zone').notNull(),
    /** The newest minute of the rolling hour: 61 buckets (core/quotas/rolling-hour). */
    minute: units('minute').notNull(),
    hourUsed: units('hour_used').array().notNull(),
    hourHeld: units('hour_held').array().notNull(),
    day: date('day').notNull(),
    dayUsed: units('day_used').notNull().default(0),
    dayHeld: units('day_held').notNull().default(0),
    month: date('month').notNull(),
    monthUsed: units('month_used').notNull().default(0),
    monthHeld: units('month_held').notNull().default(0),
    /** The hour that runs: it goes to `ledger_hours` when it is over. */
    countedHour: units('counted_hour').notNull(),
    countedUnits: units('counted_units').notNull().default(0),
    countedOver: units('counted_over').notNull().default(0),
    /** Number of times each counter was reset: what was charged before a reset is not given back to the counter. */
    hourTurn: integer('hour_turn').notNull().default(0),
    dayTurn: integer('day_turn').notNull().default(0),
    monthTurn: integer('month_turn').notNull().default(0),
    /** Time from which the next ask may pass, of a subject whose sending is spread evenly. */
    smoothNext: instant('smooth_next'),
    /** The charge whose delay that is, and at how many units an hour: what comes back of it gives back its delay. */
    smoothCharge: uuid('smooth_charge'),
    smoothRate: units('smooth_rate'),
    /** Time at which that delay was caused. */
    smoothAt: instant('smooth_at')
  },
  () => [
    check('ledger_accounts_ring', sql`cardinality(hour_used) = 61 and cardinality(hour_held) = 61`),
    check(
      'ledger_accounts_least',
      sql`day_used >= 0 and day_held >= 0 and month_used >= 0 and month_held >= 0`
    )
  ]
);

/** Charges granted, by the key they were asked for with: in four slots, one a day, each emptied as a whole. */
export const ledgerCharges = pgTable(
  'ledger_charges',
  {
    slot: smallint('slot').notNull(),
    /** Caller that asked: a key is its caller's own. */
    caller: text('caller').notNull(),
    key: text('key').notNull(),
    id: uuid('id').notNull(),
    /** Hash of what was asked: another thing under the same key is refused. */
    hash: bytes('hash').notNull(),
    state: text('state', { enum: ['held', 'charged', 'released'] }).notNull(),
    units: units('units').notNull(),
    /** The accounts, and the windows it was taken in. */
    parts: jsonb('parts').notNull(),
    answer: jsonb('answer').notNull(),
    at: instant('at').notNull(),
    /** The time at which a reservation ends by itself. */
    expiresAt: instant('expires_at')
  },
  (t) => [
    primaryKey({ name: 'ledger_charges_key', columns: [t.caller, t.key, t.slot] }),
    index('ledger_charges_id').on(t.id),
    index('ledger_charges_at').using('brin', t.at),
    check('ledger_charges_states', sql`state in ('held', 'charged', 'released')`)
  ]
);

/** Reservations that were not resolved, a row an account. */
export const ledgerHolds = pgTable(
  'ledger_holds',
  {
    account: text('account').notNull(),
    charge: uuid('charge').notNull(),
    units: units('units').notNull(),
    minute: units('minute').notNull(),
    day: date('day').notNull(),
    month: date('month').notNull(),
    expiresAt: instant('expires_at').notNull()
  },
  (t) => [
    primaryKey({ name: 'ledger_holds_key', columns: [t.account, t.charge] }),
    index('ledger_holds_expiry').on(t.account, t.expiresAt)
  ]
);

/** Threads: a row an account, until it is not renewed. */
export const ledgerLeases = pgTable(
  'ledger_leases',
  {
    account: text('account').notNull(),
    id: uuid('id').notNull(),
    subject: text('subject').notNull(),
    caller: text('caller').notNull(),
    key: text('key').notNull(),
    expiresAt: instant('expires_at').notNull()
  },
  (t) => [
    primaryKey({ name: 'ledger_leases_pk', columns: [t.account, t.id] }),
    index('ledger_leases_id').on(t.id),
    index('ledger_leases_key').on(t.caller, t.key)
  ]
);

/** Units used in past hours (QUO-11), and the part of them that a cap that is only watched would have refused. */
export const ledgerHours = pgTable(
  'ledger_hours',
  {
    account: text('account').notNull(),
    hour: units('hour').notNull(),
    units: units('units').notNull(),
    over: units('over').notNull()
  },
  (t) => [
    primaryKey({ name: 'ledger_hours_key', columns: [t.account, t.hour] }),
    index('ledger_hours_hour').on(t.hour)
  ]
);

/** Shares of a cap of which people were told, until its window ends. */
export const ledgerCrossings = pgTable(
  'ledger_crossings',
  {
    account: text('account').notNull(),
    cap: text('cap').$type<CapId>().notNull(),
    /** Threshold in percent. */
    threshold: smallint('threshold').notNull(),
    turn: integer('turn').notNull(),
    raised: units('raised').notNull(),
    until: instant('until').notNull()
  },
  (t) => [primaryKey({ name: 'ledger_crossings_key', columns: [t.account, t.cap, t.threshold] })]
);

/** Cap alerts to be sent: written with the charge that raised the alert, taken with the log entry about it (QUO-9). */
export const ledgerAlerts = pgTable(
  'ledger_alerts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    account: text('account').notNull(),
    cap: text('cap').$type<CapId>().notNull(),
    threshold: smallint('threshold').notNull(),
    used: units('used').notNull(),
    limit: units('limit').notNull(),
    at: instant('at').notNull(),
    toldAt: instant('told_at'),
    /** The cap refuses nothing: it is only watched. */
    watched: boolean('watched').notNull().default(false)
  },
  (t) => [
    index('ledger_alerts_due')
      .on(t.at)
      .where(sql`told_at is null`)
  ]
);

/** Extra amounts with an end (QUO-7). */
export const sendRaises = pgTable(
  'send_raises',
  {
    id: uuid('id').primaryKey(),
    subject: text('subject').notNull(),
    cap: text('cap').$type<CapId>().notNull(),
    amount: units('amount').notNull(),
    until: instant('until').notNull(),
    /** Time somebody ended it early; null: nobody did. */
    endedAt: instant('ended_at'),
    reason: text('reason').notNull(),
    byId: uuid('by_id').notNull(),
    byName: text('by_name').notNull(),
    at: instant('at').notNull().defaultNow()
  },
  (t) => [
    index('send_raises_subject').on(t.subject, t.until),
    check('send_raises_amount', sql`amount > 0`),
    check('send_raises_cap', sql`cap in ('hourly', 'daily', 'monthly', 'threads')`)
  ]
);

/** Pauses: subjects that may send nothing, or `platform` for everybody (QUO-8). */
export const sendPauses = pgTable('send_pauses', {
  subject: text('subject').primaryKey(),
  reason: text('reason').notNull(),
  /** Time it ends by itself; null: somebody must end it. */
  until: instant('until'),
  byId: uuid('by_id').notNull(),
  byName: text('by_name').notNull(),
  at: instant('at').notNull().defaultNow()
});
