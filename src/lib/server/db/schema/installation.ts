import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../driver/columns';

/** One-time tokens that open the setup while there is no owner. */
export const setupTokens = pgTable('setup_tokens', {
  hash: bytes('hash').primaryKey(),
  expiresAt: instant('expires_at').notNull()
});

/** Identity of the installation: one row. */
export const installation = pgTable('installation', {
  id: boolean('id').primaryKey().default(true),
  /** Origin of the hash chain: the name of this log, for ever. */
  logOrigin: text('log_origin').notNull(),
  /** Part of every document's identity: a restore from a backup starts another one. */
  epoch: text('epoch').notNull(),
  catalogueVersion: integer('catalogue_version').notNull(),
  /** Proves that a process has the key this database's secrets were sealed with; null until one is known. */
  keyCheck: text('key_check'),
  /** The last migration that the log tells of; null until a process with migrations was here. */
  structure: text('structure')
});
