import { and, eq, lt, sql } from 'drizzle-orm';
import type { AccountRef } from '../../../core/sign-in/account';
import type { Queryable } from '../driver/client';
import { ONE_ROW } from '../driver/columns';
import { heldBy } from '../schema/holder';
import { knownDevices } from '../schema/sessions';
import type { AuditedTransaction } from '../driver/transaction';

/** True if this account has signed in from the device before. */
export async function isKnownDevice(tx: Queryable, accountId: string, hash: Uint8Array): Promise<boolean> {
  const rows = await tx
    .select({ hash: knownDevices.hash })
    .from(knownDevices)
    .where(and(eq(knownDevices.holderId, accountId), eq(knownDevices.hash, Buffer.from(hash))));
  return rows.length > 0;
}

/** True if any account has signed in from the device before: then its cookie was set by this installation. */
export async function isAnyonesDevice(tx: Queryable, hash: Uint8Array): Promise<boolean> {
  const rows = await tx
    .select({ hash: knownDevices.hash })
    .from(knownDevices)
    .where(eq(knownDevices.hash, Buffer.from(hash)))
    .limit(ONE_ROW);
  return rows.length > 0;
}

/** True if this account has signed in from any device before. */
export async function hasDevices(tx: Queryable, accountId: string): Promise<boolean> {
  const rows = await tx
    .select({ hash: knownDevices.hash })
    .from(knownDevices)
    .where(eq(knownDevices.holderId, accountId))
    .limit(ONE_ROW);
  return rows.length > 0;
}

/** Notes that somebody signed in from a device. */
export async function rememberDevice(
  tx: AuditedTransaction,
  account: AccountRef,
  hash: Uint8Array
): Promise<void> {
  await tx
    .insert(knownDevices)
    .values({ ...heldBy(account), hash })
    .onConflictDoUpdate({
      target: [knownDevices.holderId, knownDevices.hash],
      set: { lastSeen: sql`now()` }
    });
}

export async function deleteDevicesOf(tx: AuditedTransaction, accountId: string): Promise<void> {
  await tx.delete(knownDevices).where(eq(knownDevices.holderId, accountId));
}

/** Forgets devices that were not used for `days`. */
export async function forgetDevices(tx: Queryable, days: number): Promise<void> {
  await tx.delete(knownDevices).where(lt(knownDevices.lastSeen, sql`now() - make_interval(days => ${days})`));
}
