import { and, eq, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { knownDevices } from '../schema/sessions';
import type { AuditedTransaction } from '../driver/transaction';

/** Whether somebody has signed in from a device before. */
export async function isKnownDevice(
  tx: Queryable,
  administratorId: string,
  hash: Uint8Array
): Promise<boolean> {
  const rows = await tx
    .select({ hash: knownDevices.hash })
    .from(knownDevices)
    .where(and(eq(knownDevices.administratorId, administratorId), eq(knownDevices.hash, Buffer.from(hash))));
  return rows.length > 0;
}

/** Whether anybody has signed in from a device before: then its cookie came from here. */
export async function isAnyonesDevice(tx: Queryable, hash: Uint8Array): Promise<boolean> {
  const rows = await tx
    .select({ hash: knownDevices.hash })
    .from(knownDevices)
    .where(eq(knownDevices.hash, Buffer.from(hash)))
    .limit(1);
  return rows.length > 0;
}

/** Whether somebody has signed in from anywhere before. */
export async function hasDevices(tx: Queryable, administratorId: string): Promise<boolean> {
  const rows = await tx
    .select({ hash: knownDevices.hash })
    .from(knownDevices)
    .where(eq(knownDevices.administratorId, administratorId))
    .limit(1);
  return rows.length > 0;
}

/** Notes that somebody signed in from a device. */
export async function rememberDevice(
  tx: AuditedTransaction,
  administratorId: string,
  hash: Uint8Array
): Promise<void> {
  await tx
    .insert(knownDevices)
    .values({ administratorId, hash })
    .onConflictDoUpdate({
      target: [knownDevices.administratorId, knownDevices.hash],
      set: { lastSeen: sql`now()` }
    });
}

export async function deleteDevicesOf(tx: AuditedTransaction, administratorId: string): Promise<void> {
  await tx.delete(knownDevices).where(eq(knownDevices.administratorId, administratorId));
}

/** Forgets devices that were not used for `days`. */
export async function forgetDevices(tx: Queryable, days: number): Promise<void> {
  await tx.delete(knownDevices).where(lt(knownDevices.lastSeen, sql`now() - make_interval(days => ${days})`));
}
