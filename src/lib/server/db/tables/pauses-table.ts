import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { sendPauses } from '../schema/quotas';

export type PauseRow = typeof sendPauses.$inferSelect;

/** A pause that runs at this moment by the clock of the ledger. */
const runs = or(isNull(sendPauses.until), gt(sendPauses.until, sql`ledger_now()`));

/**
 * The pause of a subject (`administrator:<id>`, `application:<id>`, `user:<id>`, `platform`) that runs; null: it may
 * send.
 */
export async function findPause(tx: Queryable, subject: string): Promise<PauseRow | null> {
  const [row] = await tx
    .select()
    .from(sendPauses)
    .where(and(eq(sendPauses.subject, subject), runs));
  return row ?? null;
}

/** Pauses a subject; another pause of the same takes the place of the one there is. */
export async function putPause(tx: AuditedTransaction, pause: Omit<PauseRow, 'at'>): Promise<void> {
  const { subject: _, ...rest } = pause;
  await tx
    .insert(sendPauses)
    .values(pause)
    .onConflictDoUpdate({ target: sendPauses.subject, set: { ...rest, at: sql`now()` } });
}

/** Ends a pause that runs: what it was. Null: none ran, of two who end it at once for the second. */
export async function endPause(tx: AuditedTransaction, subject: string): Promise<PauseRow | null> {
  const [row] = await tx
    .delete(sendPauses)
    .where(and(eq(sendPauses.subject, subject), runs))
    .returning();
  return row ?? null;
}

/** Forgets the pause of a subject that is gone. */
export async function forgetPausesOf(tx: AuditedTransaction, subject: string): Promise<void> {
  await tx.delete(sendPauses).where(eq(sendPauses.subject, subject));
}

/** Every pause, over or not: whoever asks later has another time. `until` in milliseconds of the epoch. */
export async function readPauses(tx: Queryable): Promise<{ subject: string; until: number | null }[]> {
  const rows = await tx.select({ subject: sendPauses.subject, until: sendPauses.until }).from(sendPauses);
  return rows.map(({ subject, until }) => ({ subject, until: until?.getTime() ?? null }));
}
