import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

/** Time the newest applied migration was made, in milliseconds since 1970; null: none was applied. */
export async function lastApplied(tx: Queryable): Promise<number | null> {
  const [row] = await tx.execute<{ at: string | null }>(
    sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`
  );
  return row?.at ? Number(row.at) : null;
}

/** The clock of the database, in milliseconds since 1970. */
export async function databaseClock(tx: Queryable): Promise<number> {
  const [row] = await tx.execute<{ at: string }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::text as at`
  );
  return Number(row!.at);
}

/**
 * An application that asked the ledger, or is there to, and the newest end of a key of its that works; null: none
 * does.
 */
export type AskingApplication = { name: string; status: 'active' | 'suspended'; keyUntil: string | null };

/** Applications whose role lets them ask the ledger, by name. */
export async function askingApplications(tx: Queryable, permission: string): Promise<AskingApplication[]> {
  return [
    ...(await tx.execute<AskingApplication>(sql`
      select name, status, (select to_jsonb(max(least(expires_at, retires_at))) #>> '{}' from api_keys k
        where k.application_id = a.id and revoked_at is null and least(expires_at, retires_at) > now()) as "keyUntil"
      from applications a where deleted_at is null and exists (select 1 from role_permissions p
        where p.role_id = a.role_id and p.permission_id = ${permission} and p.granted)
      order by name, id`))
  ];
}
