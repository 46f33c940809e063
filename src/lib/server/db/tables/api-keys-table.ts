import { and, count, desc, eq, gt, inArray, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { KeyLife } from '../../../core/applications/keys';
import type { AccountRef } from '../../../core/sign-in/account';
import type { Queryable } from '../driver/client';
import { apiKeys, keyUses } from '../schema/applications';
import type { AuditedTransaction } from '../driver/transaction';

export type KeyRow = typeof apiKeys.$inferSelect;
export type KeyUse = typeof keyUses.$inferSelect;
/** The moments of a key by which it is judged whether it works. */
export function lifeOf({ createdAt, expiresAt, retiresAt, revokedAt }: KeyRow): KeyLife {
  return {
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt.getTime(),
    retiresAt: retiresAt?.getTime() ?? null,
    revokedAt: revokedAt?.getTime() ?? null
  };
}

/** Holder whose keys are meant. */
export type KeyHolder = { applicationId: string } | { administratorId: string } | { userId: string };

/** The holder of the keys of somebody who signs in, of either kind. */
export function keysOf({ kind, id }: AccountRef): KeyHolder {
  return kind === 'user' ? { userId: id } : { administratorId: id };
}

/** Owner of the key. */
export function ownerOf({ applicationId, administratorId, userId }: KeyOwnerIds): KeyOwnerRef {
  if (applicationId !== null) return { type: 'application', id: applicationId };
  return userId === null ? { type: 'administrator', id: administratorId! } : { type: 'user', id: userId };
}

type KeyOwnerIds = Pick<KeyRow, 'applicationId' | 'administratorId' | 'userId'>;
export type KeyOwnerRef = { type: 'application' | 'administrator' | 'user'; id: string };

export async function insertKey(tx: AuditedTransaction, row: typeof apiKeys.$inferInsert): Promise<void> {
  await tx.insert(apiKeys).values(row);
}

export async function updateKey(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof apiKeys.$inferInsert>
): Promise<void> {
  await tx.update(apiKeys).set(change).where(eq(apiKeys.id, id));
}

export async function findKeyByKid(tx: Queryable, kid: string): Promise<KeyRow | null> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.kid, kid));
  return row ?? null;
}

export async function findKey(tx: Queryable, id: string): Promise<KeyRow | null> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id));
  return row ?? null;
}

/** A key, held until the transaction ends. */
export async function lockKey(
  tx: AuditedTransaction,
  id: string,
  mode: 'share' | 'update'
): Promise<KeyRow | null> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for(mode);
  return row ?? null;
}

/** Keys of these applications, or of somebody, newest first. */
export async function readKeys(
  tx: Queryable,
  of: { applicationIds: readonly string[] } | KeyHolder
): Promise<KeyRow[]> {
  return tx
    .select()
    .from(apiKeys)
    .where('applicationIds' in of ? inArray(apiKeys.applicationId, [...of.applicationIds]) : heldBy(of))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id));
}

/** Number of a holder's keys that work. */
export async function countLiveKeys(tx: Queryable, holder: KeyHolder): Promise<number> {
  const [row] = await tx
    .select({ n: count() })
    .from(apiKeys)
    .where(and(heldBy(holder), live));
  return row?.n ?? 0;
}

/** Number of keys a holder made within the last hours, whether they work or not. */
export async function countMadeKeys(tx: Queryable, holder: KeyHolder, hours: number): Promise<number> {
  const [row] = await tx
    .select({ n: count() })
    .from(apiKeys)
    .where(and(heldBy(holder), gt(apiKeys.createdAt, sql`now() - make_interval(hours => ${hours})`)));
  return row?.n ?? 0;
}

/** Revokes all keys of somebody that are not revoked; which they were. */
export async function revokeKeysOf(
  tx: AuditedTransaction,
  holder: KeyHolder,
  reason: NonNullable<KeyRow['revokedReason']>
): Promise<Pick<KeyRow, 'id' | 'kid' | 'name'>[]> {
  return tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()`, revokedReason: reason })
    .where(and(heldBy(holder), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id, kid: apiKeys.kid, name: apiKeys.name });
}

/**
 * Takes the keys of somebody away, with what is known of their use: a name says what it was for, a use from where
 * (LOG-7).
 */
export async function deleteKeysOf(tx: AuditedTransaction, holder: KeyHolder): Promise<void> {
  await tx.delete(apiKeys).where(heldBy(holder));
}

/** Ends all keys that work no later than so many days after they were made; how many that shortens. */
export async function shortenKeys(tx: AuditedTransaction, days: number): Promise<number> {
  const latest = sql`${apiKeys.createdAt} + make_interval(days => ${days})`;
  const rows = await tx
    .update(apiKeys)
    .set({ expiresAt: latest })
    .where(and(live, sql`${apiKeys.expiresAt} > ${latest}`))
    .returning({ id: apiKeys.id });
  return rows.length;
}

/** Last use of each of these keys: time, address and client. */
export async function readKeyUses(tx: Queryable, keyIds: readonly string[]): Promise<Map<string, KeyUse>> {
  if (keyIds.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(keyUses)
    .where(inArray(keyUses.keyId, [...keyIds]));
  return new Map(rows.map((row) => [row.keyId, row]));
}

const live = and(
  isNull(apiKeys.revokedAt),
  gt(apiKeys.expiresAt, sql`now()`),
  or(isNull(apiKeys.retiresAt), gt(apiKeys.retiresAt, sql`now()`))
);

function heldBy(holder: KeyHolder): SQL {
  if ('applicationId' in holder) return eq(apiKeys.applicationId, holder.applicationId);
  return 'userId' in holder
    ? eq(apiKeys.userId, holder.userId)
    : eq(apiKeys.administratorId, holder.administratorId);
}
