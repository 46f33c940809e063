import { and, asc, desc, gt, isNotNull, lte, sql } from 'drizzle-orm';
import { checkpoint, tree } from './audit-schema';
import type { Queryable } from '../driver/client';
import { ONE_ROW } from '../driver/columns';

export type CheckpointRow = { size: number; root: Uint8Array; chain: Uint8Array; note: string };

/** Stores a signed checkpoint. The database refuses a size that is not larger than the last one. */
export async function insertCheckpoint(
  tx: Queryable,
  row: CheckpointRow & { rotatesTo: string | null }
): Promise<void> {
  await tx.insert(checkpoint).values({ ...row, at: sql`clock_timestamp()` as never });
}

/** The last checkpoint; null before the first. */
export async function lastCheckpoint(
  tx: Queryable
): Promise<{ size: number; root: Uint8Array; note: string; at: Date } | null> {
  const [row] = await tx
    .select({ size: checkpoint.size, root: checkpoint.root, note: checkpoint.note, at: checkpoint.at })
    .from(checkpoint)
    .orderBy(desc(checkpoint.size))
    .limit(ONE_ROW);
  return row ?? null;
}

/** Checkpoints above a size, smallest first. */
export async function checkpointsAfter(
  tx: Queryable,
  size: number,
  limit: number
): Promise<{ size: number; note: string; at: Date }[]> {
  return tx
    .select({ size: checkpoint.size, note: checkpoint.note, at: checkpoint.at })
    .from(checkpoint)
    .where(gt(checkpoint.size, size))
    .orderBy(asc(checkpoint.size))
    .limit(limit);
}

/** Checkpoints above a size up to another one, smallest first. */
export async function checkpointsBetween(
  tx: Queryable,
  after: number,
  upTo: number
): Promise<{ size: number; note: string; at: Date }[]> {
  return tx
    .select({ size: checkpoint.size, note: checkpoint.note, at: checkpoint.at })
    .from(checkpoint)
    .where(and(gt(checkpoint.size, after), lte(checkpoint.size, upTo)))
    .orderBy(asc(checkpoint.size));
}

/** The note over exactly this many entries; null when that size was never signed. */
export async function noteOf(tx: Queryable, size: number): Promise<string | null> {
  const [row] = await tx
    .select({ note: checkpoint.note })
    .from(checkpoint)
    .where(sql`${checkpoint.size} = ${size}`);
  return row?.note ?? null;
}

/** Checkpoints that handed over to another key, smallest first. */
export async function rotationsAfter(
  tx: Queryable,
  size: number
): Promise<{ size: number; vkey: string; note: string }[]> {
  return tx
    .select({ size: checkpoint.size, vkey: sql<string>`${checkpoint.rotatesTo}`, note: checkpoint.note })
    .from(checkpoint)
    .where(and(gt(checkpoint.size, size), isNotNull(checkpoint.rotatesTo)))
    .orderBy(asc(checkpoint.size));
}

/** Verifier keys of the current signer, the first one, and the next one; null where there is none. */
export async function readSigners(
  tx: Queryable
): Promise<{ firstVkey: string | null; vkey: string | null; nextVkey: string | null }> {
  const [row] = await tx
    .select({ firstVkey: tree.firstVkey, vkey: tree.vkey, nextVkey: tree.nextVkey })
    .from(tree);
  return row!;
}
