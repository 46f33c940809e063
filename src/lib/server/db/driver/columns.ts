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
