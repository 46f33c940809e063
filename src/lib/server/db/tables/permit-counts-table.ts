import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

/** Number of times a principal was permitted something on one day. */
export type PermitCount = {
  kind: 'administrator' | 'application' | 'user';
  id: string;
  permission: string;
  /** The day in UTC: 2026-11-29. */
  day: string;
  count: number;
};

/**
 * Adds to what is counted, all of it in one statement; rows in one order, so that processes never wait for one
 * another in a circle.
 */
export async function addPermits(tx: Queryable, counts: readonly PermitCount[]): Promise<void> {
  if (counts.length === 0) return;
  await tx.execute(sql`insert into permit_counts (kind, principal_id, permission, day, count)
    select kind, id, permission, day, count from jsonb_to_recordset(${JSON.stringify(counts)}::text::jsonb)
      as counted (kind text, id uuid, permission text, day date, count bigint)
    order by id, permission, day
    on conflict (principal_id, permission, day) do update set count = permit_counts.count + excluded.count`);
}

/** Principals whose use counts: a single one, or everybody who has a role now. */
export type UsedBy = { principalId: string } | { roleId: string };

/** Permissions that were used within the last days, today among them. */
export async function usedPermissions(tx: Queryable, by: UsedBy, days: number): Promise<Set<string>> {
  const whose =
    'principalId' in by
      ? sql`principal_id = ${by.principalId}::uuid`
      : sql`principal_id in (select id from administrators where role_id = ${by.roleId} and deleted_at is null
          union all select id from applications where role_id = ${by.roleId} and deleted_at is null
          union all select u.id from users u join packages p on p.id = u.package_id
            where p.role_id = ${by.roleId} and u.deleted_at is null)`;
  const rows = await tx.execute<{ permission: string }>(sql`select distinct permission from permit_counts
    where ${whose} and day > (now() at time zone 'UTC')::date - ${days}::integer`);
  return new Set([...rows].map(({ permission }) => permission));
}

/** The time since when it is counted. */
export async function countingSince(tx: Queryable): Promise<Date> {
  const [row] = await tx.execute<{ at: number }>(
    sql`select extract(epoch from since)::float8 * 1000 as at from permit_counting`
  );
  return new Date(row!.at);
}

/**
 * Time a principal got its present role; null: the log does not say. A user has the role of its package, which may
 * get another one.
 */
export async function roleHeldSince(
  tx: Queryable,
  { kind, id: principalId }: Pick<PermitCount, 'kind' | 'id'>
): Promise<Date | null> {
  if (kind === 'user') return packageRoleSince(tx, principalId);
  const [row] = await tx.execute<{ at: number | null }>(sql`
    select extract(epoch from max(at))::float8 * 1000 as at from audit.fact
    where target = ${principalId} and new_role is not null`);
  return row?.at ? new Date(row.at) : null;
}

async function packageRoleSince(tx: Queryable, userId: string): Promise<Date | null> {
  const [row] = await tx.execute<{ at: number }>(sql`
    select extract(epoch from greatest(u.created_at, (u.field_seq->'packageId'->>'at')::timestamptz,
      p.created_at, (p.field_seq->'roleId'->>'at')::timestamptz))::float8 * 1000 as at
    from users u join packages p on p.id = u.package_id where u.id = ${userId}::uuid`);
  return row ? new Date(row.at) : null;
}

export async function forgetPermits(tx: Queryable, days: number): Promise<void> {
  await tx.execute(
    sql`delete from permit_counts where day < (now() at time zone 'UTC')::date - ${days}::integer`
  );
}
