import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { CapId } from '../../../core/quotas/caps';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { sendRaises } from '../schema/quotas';

export type RaiseRow = typeof sendRaises.$inferSelect;

/** Raises of a subject's cap that run at this moment by the clock of the ledger. */
const running = (subject: string, cap: CapId) =>
  and(
    eq(sendRaises.subject, subject),
    eq(sendRaises.cap, cap),
    isNull(sendRaises.endedAt),
    gt(sendRaises.until, sql`ledger_now()`)
  );

export async function readRunningRaises(tx: Queryable, subject: string, cap: CapId): Promise<RaiseRow[]> {
  return tx.select().from(sendRaises).where(running(subject, cap));
}

export async function insertRaise(
  tx: AuditedTransaction,
  raise: Omit<RaiseRow, 'at' | 'endedAt'>
): Promise<void> {
  await tx.insert(sendRaises).values(raise);
}

/** Ends the raises of a cap that run before their time: what they were. */
export async function endRaises(tx: AuditedTransaction, subject: string, cap: CapId): Promise<RaiseRow[]> {
  return tx
    .update(sendRaises)
    .set({ endedAt: sql`ledger_now()` })
    .where(running(subject, cap))
    .returning();
}

/** Forgets all raises of a subject that is gone. */
export async function forgetRaisesOf(tx: AuditedTransaction, subject: string): Promise<void> {
  await tx.delete(sendRaises).where(eq(sendRaises.subject, subject));
}
