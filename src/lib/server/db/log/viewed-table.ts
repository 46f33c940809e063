import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';

/** Whether a look of this person at this view of the log was recorded in the last minutes. */
export async function viewedLately(
  tx: Queryable,
  personId: string,
  view: string,
  minutes: number
): Promise<boolean> {
  const rows = await tx.execute(sql`select 1 from audit.viewed
    where administrator_id = ${personId} and view = ${view} and at > now() - make_interval(mins => ${minutes})`);
  return rows.length > 0;
}

/** Marks a look; false when another one was marked in the last minutes. */
export async function markViewed(
  tx: AuditedTransaction,
  personId: string,
  view: string,
  minutes: number
): Promise<boolean> {
  const rows = await tx.execute(sql`
    insert into audit.viewed as v (administrator_id, view, at) values (${personId}, ${view}, now())
    on conflict (administrator_id, view) do update set at = now() where v.at <= now() - make_interval(mins => ${minutes})
    returning 1`);
  return rows.length > 0;
}
