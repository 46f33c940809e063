import { and, count, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { recoveryCodes, totp } from '../schema/sessions';
import type { AuditedTransaction } from '../driver/transaction';

export type TotpRow = typeof totp.$inferSelect;

export async function findTotp(tx: Queryable, administratorId: string): Promise<TotpRow | null> {
  const [row] = await tx.select().from(totp).where(eq(totp.administratorId, administratorId));
  return row ?? null;
}

/** Stores the seed of an enrolment under way, in place of an earlier one that was never confirmed. */
export async function writePendingTotp(
  tx: AuditedTransaction,
  administratorId: string,
  pending: Uint8Array
): Promise<void> {
  await tx
    .insert(totp)
    .values({ administratorId, pending })
    .onConflictDoUpdate({ target: totp.administratorId, set: { pending } });
}

/** Puts a confirmed seed in force. */
export async function confirmTotp(
  tx: AuditedTransaction,
  administratorId: string,
  secret: Uint8Array,
  step: number
): Promise<void> {
  await tx
    .update(totp)
    .set({ secret, pending: null, lastStep: step })
    .where(eq(totp.administratorId, administratorId));
}

/** Uses up a time step: of many who submit the same code, one succeeds (SECURITY A-09). */
export async function useStep(
  tx: AuditedTransaction,
  administratorId: string,
  step: number
): Promise<boolean> {
  const rows = await tx
    .update(totp)
    .set({ lastStep: step })
    .where(and(eq(totp.administratorId, administratorId), lt(totp.lastStep, step)))
    .returning({ id: totp.administratorId });
  return rows.length > 0;
}

/** Takes the second factor away, with its recovery codes. */
export async function deleteTotp(tx: AuditedTransaction, administratorId: string): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.administratorId, administratorId));
  await tx.delete(totp).where(eq(totp.administratorId, administratorId));
}

/** Replaces all recovery codes: the old ones are void. */
export async function replaceRecoveryCodes(
  tx: AuditedTransaction,
  administratorId: string,
  hashes: readonly Uint8Array[]
): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.administratorId, administratorId));
  await tx.insert(recoveryCodes).values(hashes.map((hash) => ({ administratorId, hash })));
}

/** Uses up a recovery code: true for one caller, once. */
export async function useRecoveryCode(
  tx: AuditedTransaction,
  administratorId: string,
  hash: Uint8Array
): Promise<boolean> {
  const rows = await tx
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(recoveryCodes.administratorId, administratorId),
        eq(recoveryCodes.hash, Buffer.from(hash)),
        isNull(recoveryCodes.usedAt)
      )
    )
    .returning({ id: recoveryCodes.administratorId });
  return rows.length > 0;
}

export async function countRecoveryCodes(tx: Queryable, administratorId: string): Promise<number> {
  const [row] = await tx
    .select({ left: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.administratorId, administratorId), isNull(recoveryCodes.usedAt)));
  return row?.left ?? 0;
}
