import { and, count, eq, isNull, lt, sql } from 'drizzle-orm';
import type { AccountRef } from '../../../core/sign-in/account';
import type { Queryable } from '../driver/client';
import { heldBy } from '../schema/holder';
import { recoveryCodes, totp } from '../schema/sessions';
import type { AuditedTransaction } from '../driver/transaction';

export type TotpRow = typeof totp.$inferSelect;

export async function findTotp(tx: Queryable, accountId: string): Promise<TotpRow | null> {
  const [row] = await tx.select().from(totp).where(eq(totp.holderId, accountId));
  return row ?? null;
}

/** Stores the seed of an enrolment under way, in place of an earlier one that was never confirmed. */
export async function writePendingTotp(
  tx: AuditedTransaction,
  account: AccountRef,
  pending: Uint8Array
): Promise<void> {
  await tx
    .insert(totp)
    .values({ ...heldBy(account), pending })
    .onConflictDoUpdate({ target: totp.holderId, set: { pending } });
}

/** Puts a confirmed seed in force. */
export async function confirmTotp(
  tx: AuditedTransaction,
  accountId: string,
  secret: Uint8Array,
  step: number
): Promise<void> {
  await tx.update(totp).set({ secret, pending: null, lastStep: step }).where(eq(totp.holderId, accountId));
}

/** Uses up a time step: of many who submit the same code, one succeeds (SECURITY A-09). */
export async function useStep(tx: AuditedTransaction, accountId: string, step: number): Promise<boolean> {
  const rows = await tx
    .update(totp)
    .set({ lastStep: step })
    .where(and(eq(totp.holderId, accountId), lt(totp.lastStep, step)))
    .returning({ id: totp.holderId });
  return rows.length > 0;
}

/** Takes the second factor away, with its recovery codes. */
export async function deleteTotp(tx: AuditedTransaction, accountId: string): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.holderId, accountId));
  await tx.delete(totp).where(eq(totp.holderId, accountId));
}

/** Replaces all recovery codes: the old ones are void. */
export async function replaceRecoveryCodes(
  tx: AuditedTransaction,
  account: AccountRef,
  hashes: readonly Uint8Array[]
): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.holderId, account.id));
  await tx.insert(recoveryCodes).values(hashes.map((hash) => ({ ...heldBy(account), hash })));
}

/** Uses up a recovery code: true for one caller, once. */
export async function useRecoveryCode(
  tx: AuditedTransaction,
  accountId: string,
  hash: Uint8Array
): Promise<boolean> {
  const rows = await tx
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(recoveryCodes.holderId, accountId),
        eq(recoveryCodes.hash, Buffer.from(hash)),
        isNull(recoveryCodes.usedAt)
      )
    )
    .returning({ id: recoveryCodes.holderId });
  return rows.length > 0;
}

export async function countRecoveryCodes(tx: Queryable, accountId: string): Promise<number> {
  const [row] = await tx
    .select({ left: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.holderId, accountId), isNull(recoveryCodes.usedAt)));
  return row?.left ?? 0;
}
