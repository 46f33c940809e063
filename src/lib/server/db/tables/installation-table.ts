import { and, eq, gt, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { installation, setupTokens } from '../schema/installation';
import type { AuditedTransaction } from '../driver/transaction';

export type Installation = Omit<typeof installation.$inferSelect, 'id'>;

/** Record of this installation; null before its first start is done. */
export async function readInstallation(tx: Queryable): Promise<Installation | null> {
  const [row] = await tx
    .select({
      logOrigin: installation.logOrigin,
      epoch: installation.epoch,
      catalogueVersion: installation.catalogueVersion,
      keyCheck: installation.keyCheck,
      structure: installation.structure
    })
    .from(installation);
  return row ?? null;
}

export async function insertInstallation(tx: AuditedTransaction, row: Installation): Promise<void> {
  await tx.insert(installation).values(row);
}

export async function writeCatalogueVersion(tx: AuditedTransaction, version: number): Promise<void> {
  await tx.update(installation).set({ catalogueVersion: version });
}

export async function writeKeyCheck(tx: AuditedTransaction, keyCheck: string): Promise<void> {
  await tx.update(installation).set({ keyCheck });
}

export async function writeStructure(tx: AuditedTransaction, structure: string): Promise<void> {
  await tx.update(installation).set({ structure });
}

/** Another epoch: what devices keep of the one before is void. */
export async function writeEpoch(tx: AuditedTransaction, epoch: string): Promise<void> {
  await tx.update(installation).set({ epoch });
}

/** Waits for any other transaction that founds the installation or its owner. */
export async function lockFounding(tx: AuditedTransaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${0x666f756e})`);
}

export async function insertSetupToken(tx: Queryable, hash: Uint8Array, seconds: number): Promise<void> {
  await tx
    .insert(setupTokens)
    .values({ hash, expiresAt: sql`now() + make_interval(secs => ${seconds})` })
    .onConflictDoUpdate({
      target: setupTokens.hash,
      set: { expiresAt: sql`now() + make_interval(secs => ${seconds})` }
    });
}

export async function isSetupToken(tx: Queryable, hash: Uint8Array): Promise<boolean> {
  const rows = await tx
    .select({ hash: setupTokens.hash })
    .from(setupTokens)
    .where(and(eq(setupTokens.hash, hash), gt(setupTokens.expiresAt, sql`now()`)));
  return rows.length > 0;
}

export async function deleteSetupTokens(tx: Queryable): Promise<void> {
  await tx.delete(setupTokens);
}
