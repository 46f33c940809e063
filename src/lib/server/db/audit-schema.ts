import { jsonb, pgSchema, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, version } from './columns';

// The tables of the log. Their DDL is written by hand (drizzle/0001): triggers, grants and generated columns.

const audit = pgSchema('audit');

/** The log: entries as committed by the transactions that made them. */
export const entry = audit.table('entry', {
  /** Ticket: drawn inside the transaction, with gaps. The gap-free number is `seq.seq`. */
  n: version('n').primaryKey().generatedAlwaysAsIdentity(),
  id: uuid('id').notNull().unique(),
  body: bytes('body').notNull(),
  leaf: bytes('leaf').notNull(),
  doc: jsonb('doc').$type<EntryDoc>().notNull()
});

export const pending = audit.table('pending', {
  n: version('n').primaryKey(),
  /** What the documents must be told: `role:<id>`, `members:<role>`, `holders:<role>`, `person:<id>`. */
  touches: text('touches').array().notNull()
});

export const sequence = audit.table('seq', {
  seq: version('seq').primaryKey(),
  n: version('n').notNull().unique(),
  chain: bytes('chain').notNull()
});

export const personalData = audit.table('pii', {
  n: version('n').primaryKey(),
  salt: bytes('salt').notNull(),
  doc: bytes('doc').notNull()
});

/** The queryable mirror of an entry's body. */
export type EntryDoc = {
  id: string;
  at: string;
  action: string;
  outcome: 'success' | 'denied' | 'error';
  reason?: string;
  actor: { type: string; id: string | null; name: string | null };
  target: { type: string; id: string; name: string | null };
  change: { path: string; old: unknown; new: unknown }[];
};
