import type { AccountKind } from '../../../core/sign-in/account';
import { asc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { administrators } from '../schema/administrators';
import { heldBy } from '../schema/holder';
import { sendingNames } from '../schema/sending-names';
import { users } from '../schema/users';

export type SendingNameRow = typeof sendingNames.$inferSelect;

/** Kind of account that owns a sending name. */
export type NameOwnerKind = AccountKind;

/** The columns that say so. */
export function ownedBy(kind: NameOwnerKind, id: string): Pick<SendingNameRow, 'administratorId' | 'userId'> {
  return heldBy({ kind, id });
}

/** The sending names of somebody, by name. */
export async function readSendingNames(
  tx: Queryable,
  id: string,
  kind: NameOwnerKind = 'administrator'
): Promise<SendingNameRow[]> {
  const owner = kind === 'administrator' ? sendingNames.administratorId : sendingNames.userId;
  return tx
    .select()
    .from(sendingNames)
    .where(eq(owner, id))
    .orderBy(asc(sendingNames.name), asc(sendingNames.key));
}

/** The sending names of each of these users, by name. */
export async function namesOfUsers(tx: Queryable, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx
    .select({ id: sendingNames.userId, name: sendingNames.name })
    .from(sendingNames)
    .where(inArray(sendingNames.userId, [...ids]))
    .orderBy(asc(sendingNames.name), asc(sendingNames.key));
  const names = new Map<string, string[]>();
  for (const { id, name } of rows) names.set(id!, [...(names.get(id!) ?? []), name]);
  return names;
}

/** Present account that has this sending name; null: none. */
export async function holderOfSendingName(
  tx: Queryable,
  key: string
): Promise<{ kind: NameOwnerKind; id: string; name: string } | null> {
  const [row] = await tx
    .select({
      isUser: sql<boolean>`${users.id} is not null`,
      id: sql<string>`coalesce(${users.id}, ${administrators.id})`,
      name: sql<string>`coalesce(${users.name}, ${administrators.name})`
    })
    .from(sendingNames)
    .leftJoin(
      administrators,
      sql`${administrators.id} = ${sendingNames.administratorId} and ${isNull(administrators.deletedAt)}`
    )
    .leftJoin(users, sql`${users.id} = ${sendingNames.userId} and ${isNull(users.deletedAt)}`)
    .where(
      sql`${eq(sendingNames.key, key)} and ${or(sql`${administrators.id} is not null`, sql`${users.id} is not null`)}`
    );
  return row ? { kind: row.isUser ? 'user' : 'administrator', id: row.id, name: row.name } : null;
}

/**
 * Former holders of this login, to be told before another account takes it: found by their address (of several,
 * the one who left last) or by a sending name. `names`: how many sending names they have, where this is one of
 * them; null: it is their address. Never users: what was theirs is erased.
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

/**
 * Makes whoever else gives this name, or takes it as an address, wait for the end of the transaction: the triggers
 * of drizzle/0026 take the same lock.
 */
export async function lockName(tx: AuditedTransaction, key: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 21))`);
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

/** Takes all sending names from a user; how many there were. */
export async function deleteNamesOfUser(tx: AuditedTransaction, id: string): Promise<number> {
  const gone = await tx
    .delete(sendingNames)
    .where(eq(sendingNames.userId, id))
    .returning({ key: sendingNames.key });
  return gone.length;
}
