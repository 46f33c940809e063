import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { administrators } from '../schema/administrators';
import { sendingNames } from '../schema/sending-names';

export type SendingNameRow = typeof sendingNames.$inferSelect;

/** The sending names of somebody, by name. */
export async function readSendingNames(tx: Queryable, administratorId: string): Promise<SendingNameRow[]> {
  return tx
    .select()
    .from(sendingNames)
    .where(eq(sendingNames.administratorId, administratorId))
    .orderBy(asc(sendingNames.name), asc(sendingNames.key));
}

/** Who is there and has this sending name; null: nobody. */
export async function holderOfSendingName(
  tx: Queryable,
  key: string
): Promise<{ id: string; name: string } | null> {
  const [row] = await tx
    .select({ id: administrators.id, name: administrators.name })
    .from(sendingNames)
    .innerJoin(administrators, eq(administrators.id, sendingNames.administratorId))
    .where(and(eq(sendingNames.key, key), isNull(administrators.deletedAt)));
  return row ?? null;
}

/** Gives a name to somebody, whoever had it. */
export async function putSendingName(tx: AuditedTransaction, row: SendingNameRow): Promise<void> {
  const { name, administratorId, userId } = row;
  await tx
    .insert(sendingNames)
    .values(row)
    .onConflictDoUpdate({ target: sendingNames.key, set: { name, administratorId, userId } });
}

export async function deleteSendingName(tx: AuditedTransaction, key: string): Promise<void> {
  await tx.delete(sendingNames).where(eq(sendingNames.key, key));
}
