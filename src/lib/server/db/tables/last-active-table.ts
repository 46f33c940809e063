import { eq, gt, inArray, sql } from 'drizzle-orm';
import type { AccountRef } from '../../../core/sign-in/account';
import type { Queryable } from '../driver/client';
import { heldBy } from '../schema/holder';
import { lastActive } from '../schema/last-active';

/** When each of these people was last active. */
export async function readLastActive(tx: Queryable, ids?: readonly string[]): Promise<Map<string, Date>> {
  const rows = await tx
    .select({ id: lastActive.holderId, at: lastActive.at })
    .from(lastActive)
    .where(ids ? inArray(lastActive.holderId, [...ids]) : undefined);
  return new Map(rows.map((row) => [row.id, row.at]));
}

/** Administrators who were active in the last `seconds`. */
export async function activeWithin(tx: Queryable, seconds: number): Promise<string[]> {
  const rows = await tx
    .select({ id: lastActive.administratorId })
    .from(lastActive)
    .where(gt(lastActive.at, sql`now() - make_interval(secs => ${seconds})`));
  return rows.flatMap(({ id }) => id ?? []);
}

/** Notes that somebody is active now. */
export async function touchLastActive(tx: Queryable, account: AccountRef): Promise<void> {
  await tx
    .insert(lastActive)
    .values({ ...heldBy(account), at: sql`now()` })
    .onConflictDoUpdate({ target: lastActive.holderId, set: { at: sql`now()` } });
}

export async function deleteLastActive(tx: Queryable, accountId: string): Promise<void> {
  await tx.delete(lastActive).where(eq(lastActive.holderId, accountId));
}
