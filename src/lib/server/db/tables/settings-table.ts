import { eq, sql } from 'drizzle-orm';
import { builtOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { settings } from '../schema/settings';
import type { AuditedTransaction } from '../driver/transaction';

export type SettingsRow = typeof settings.$inferSelect;

export async function readSettingsRows(tx: Queryable): Promise<SettingsRow[]> {
  return tx.select().from(settings);
}

export async function readSettingsRow(tx: Queryable, section: string): Promise<SettingsRow | null> {
  const [row] = await sectionRow(tx, { section });
  return row ?? null;
}

const sectionRow = builtOnce((db, slot) =>
  db
    .select()
    .from(settings)
    .where(eq(settings.section, slot('section')))
);

export async function writeSettingsRow(tx: AuditedTransaction, row: SettingsRow): Promise<void> {
  await tx.insert(settings).values(row).onConflictDoUpdate({ target: settings.section, set: row });
}

/** Keeps settings as they are until this transaction ends: whoever changes some waits. */
export async function holdSettings(tx: AuditedTransaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${0x73657474})`);
}

/** Waits for any other transaction that changes settings: a section without a row has nothing else to lock. */
export async function lockSettings(tx: AuditedTransaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${0x73657474})`);
}
