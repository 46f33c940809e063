import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, version } from '../driver/columns';

/** Server-written documents: their clock and the latest full state. */
export const documents = pgTable('documents', {
  name: text('name').primaryKey(),
  clock: version('clock').notNull(),
  /** The full state at `snapshotClock`; updates above it are in `document_updates`. */
  snapshot: bytes('snapshot').notNull(),
  snapshotClock: version('snapshot_clock').notNull()
});

export const documentUpdates = pgTable(
  'document_updates',
  {
    name: text('name').notNull(),
    /** The document's clock after this update. */
    clock: version('clock').notNull(),
    data: bytes('data').notNull()
  },
  (t) => [primaryKey({ columns: [t.name, t.clock] })]
);
