import { index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { bytes, instant, version } from '../driver/columns';
import { holder, oneHolder } from './holder';

/** Sessions: the public id and the hash of the secret. The token itself is never stored. */
export const sessions = pgTable(
  'sessions',
  {
    sid: text('sid').primaryKey(),
    ...holder(),
    secretHash: bytes('secret_hash').notNull(),
    aal: smallint('aal').notNull(),
    ip: text('ip'),
    userAgent: text('user_agent'),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Time the password was last proved. */
    provedAt: instant('proved_at').notNull().defaultNow(),
    /** Absolute end: 12 h after the sign-in, whatever happens. */
    endsAt: instant('ends_at').notNull(),
    /** Idle end: 60 min after the last request of a person. Moved without an entry in the log. */
    expiresAt: instant('expires_at').notNull()
  },
  (t) => [
    index('sessions_administrator').on(t.administratorId),
    index('sessions_of_user').on(t.userId),
    index('sessions_holder').on(t.holderId),
    oneHolder('sessions')
  ]
);

/** Second factors: seeds sealed with the keyring, and the last time step that was used. */
export const totp = pgTable(
  'totp',
  {
    ...holder(),
    /** The secret in force; null until a first code was confirmed. */
    secret: bytes('secret'),
    /** An enrolment under way: it asks for nothing until one of its codes was confirmed. */
    pending: bytes('pending'),
    lastStep: version('last_step').notNull().default(0)
  },
  (t) => [
    primaryKey({ columns: [t.holderId], name: 'totp_pkey' }),
    index('totp_of_administrator').on(t.administratorId),
    index('totp_of_user').on(t.userId),
    oneHolder('totp')
  ]
);

/** Hashes of recovery codes. Used ones stay until a new set is made. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    ...holder(),
    hash: bytes('hash').notNull(),
    usedAt: instant('used_at')
  },
  (t) => [
    primaryKey({ columns: [t.holderId, t.hash], name: 'recovery_codes_pkey' }),
    index('recovery_codes_of_administrator').on(t.administratorId),
    index('recovery_codes_of_user').on(t.userId),
    oneHolder('recovery_codes')
  ]
);

/** Devices that somebody has signed in from: the hash of a cookie of their own. */
export const knownDevices = pgTable(
  'known_devices',
  {
    ...holder(),
    hash: bytes('hash').notNull(),
    lastSeen: instant('last_seen').notNull().defaultNow()
  },
  (t) => [
    primaryKey({ columns: [t.holderId, t.hash], name: 'known_devices_pkey' }),
    index('known_devices_of_administrator').on(t.administratorId),
    index('known_devices_of_user').on(t.userId),
    oneHolder('known_devices')
  ]
);

/** Counters of failed attempts, by subject (`account:…`, `address:…`, `all`). */
export const throttle = pgTable('throttle', {
  subject: text('subject').primaryKey(),
  failures: integer('failures').notNull(),
  /** Start of the current window. */
  since: instant('since').notNull(),
  /** Nothing is tried before this moment. */
  blockedUntil: instant('blocked_until').notNull()
});
