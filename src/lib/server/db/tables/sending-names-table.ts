import { and, asc, eq, isNull, sql } from 'drizzle-orm';
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

/**
 * Who is gone and was found by this login before another takes it: by their address, of several the last one who went, or by a
 * sending name. `names`: how many they have, where this is one of them; null: it is their address.
 */
export async function goneHoldersOf(
  tx: Queryable,
  key: string,
  exceptId: string
): Promise<{ id: string; name: string; names: number | null }[]> {
  return tx.execute<{ id: string; name: string; names: number | null }>(sql`
    select a.id, a.name, case when n.key is not null
      then (select count(*)::int from sending_names where administrator_id = a.id) end as names
    from administrators a left join sending_names n on n.key = ${key} and n.administrator_id = a.id
    where a.deleted_at is not null and a.id <> ${exceptId} and (n.key is not null or a.id =
      (select id from administrators where email_key = ${key} and deleted_at is not null order by deleted_at desc limit 1))
    order by a.id`);
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
