import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';

/**
 * True if a look of this viewer (a person, a key of theirs, an application; the column is named after the first) at
 * this view of the log was recorded in the last minutes.
 */
export async function viewedLately(
  tx: Queryable,
  viewerId: string,
  view: string,
  minutes: number
): Promise<boolean> {
  const rows = await tx.execute(sql`select 1 from audit.viewed
    where administrator_id = ${viewerId} and view = ${view} and at > now() - make_interval(mins => ${minutes})`);
  return rows.length > 0;
}

/** Marks a look; false when another one was marked in the last minutes. */
export async function markViewed(
  tx: AuditedTransaction,
  viewerId: string,
  view: string,
  minutes: number
): Promise<boolean> {
  const rows = await tx.execute(sql`
    insert into audit.viewed as v (administrator_id, view, at) values (${viewerId}, ${view}, now())
    on conflict (administrator_id, view) do update set at = now() where v.at <= now() - make_interval(mins => ${minutes})
    returning 1`);
  return rows.length > 0;
}
