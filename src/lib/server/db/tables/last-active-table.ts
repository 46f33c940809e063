import { eq, gt, inArray, sql } from 'drizzle-orm';
import type { AccountRef } from '../../../core/sign-in/account';
import type { Queryable } from '../driver/client';
import { lastActive } from '../schema/last-active';

/** Time each of these people was last active. */
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

/** Notes that somebody is active now. Of somebody who is gone, or goes at this moment, nothing is kept. */
export async function touchLastActive(tx: Queryable, { kind, id }: AccountRef): Promise<void> {
  const [table, column] =
    kind === 'user' ? [sql`users`, sql`user_id`] : [sql`administrators`, sql`administrator_id`];
  await tx.execute(sql`
    insert into last_active (${column}, at)
    select id, now() from ${table} where id = ${id} and deleted_at is null for key share
    on conflict (holder_id) do update set at = now()`);
}

export async function deleteLastActive(tx: Queryable, accountId: string): Promise<void> {
  await tx.delete(lastActive).where(eq(lastActive.holderId, accountId));
}
