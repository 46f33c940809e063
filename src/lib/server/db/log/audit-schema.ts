import { jsonb, pgSchema, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, version } from '../driver/columns';

// The tables of the log. Their DDL is written by hand (drizzle/0001, 0005): triggers, grants and generated columns.

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
  /** Topics that the documents must be told of: `role:<id>`, `members:<role>`, `holders:<role>`, `person:<id>`. */
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

/** Perfect subtrees of the tree over the entries. */
export const node = audit.table(
  'node',
  { level: smallint('level').notNull(), idx: version('idx').notNull(), hash: bytes('hash').notNull() },
  (t) => [primaryKey({ columns: [t.level, t.idx] })]
);

export const checkpoint = audit.table('checkpoint', {
  size: version('size').primaryKey(),
  root: bytes('root').notNull(),
  chain: bytes('chain').notNull(),
  /** The signed note. */
  note: text('note').notNull(),
  /** The key that signs from here on. */
  rotatesTo: text('rotates_to'),
  at: instant('at').notNull()
});

/** State of the tree: one row. */
export const tree = audit.table('tree', {
  /** The largest size that was signed. */
  size: version('size').notNull(),
  firstVkey: text('first_vkey'),
  /** Verifier key of the current signer; null until a process with a key was here. */
  vkey: text('vkey'),
  /** Verifier key of the signer after the next checkpoint. */
  nextVkey: text('next_vkey'),
  /** Entries up to this number were pruned. */
  pruned: version('pruned').notNull()
});

export const witness = audit.table('witness', {
  name: text('name').primaryKey(),
  size: version('size').notNull(),
  busyUntil: instant('busy_until').notNull()
});

/** The queryable mirror of an entry's body. */
export type EntryDoc = {
  id: string;
  at: string;
  action: string;
  outcome: 'success' | 'denied' | 'error';
  reason?: string;
  actor: {
    type: string;
    id: string | null;
    name: string | null;
    sid?: string | null;
    aal?: number;
    via?: string;
    /** The public part of the key through which it was done. */
    key?: string;
  };
  /** The person in whose place one of staff acted; absent: in nobody's. */
  on_behalf_of?: { type: string; id: string; name: string };
  target: { type: string; id: string; name: string | null };
  change: { path: string; old: unknown; new: unknown }[];
  /** The request, and the operation id that the client gave it. */
  req?: string;
  op?: string;
  /** The client's own time of an edit made offline. */
  claimed_at?: string;
};
