import { sql } from 'drizzle-orm';
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** `bytea`. */
export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)
});

/** `timestamptz` with microseconds. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 6, mode: 'date' });

/** A version or number that fits 2^53. */
export const version = (name: string) => bigint(name, { mode: 'number' });

/**
 * A limit of one row, written into the text: behind a parameter Postgres plans for a tenth of the table, and finds
 * that so dear that it plans anew each time.
 */
export const ONE_ROW = sql`1` as unknown as number;
