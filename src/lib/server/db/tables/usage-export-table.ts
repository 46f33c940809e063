import { sql } from 'drizzle-orm';
import { EVERYONE } from '../../../core/quotas/cap-usage';
import { PLATFORM, type SubjectType } from '../../../core/quotas/layers';
import type { Queryable } from '../driver/client';

/** Use of an account in one hour, by the time the hour begins. */
export type HourOf = {
  /** The row of the ledger. */
  account: string;
  type: SubjectType | typeof PLATFORM;
  id: string;
  /** Name as it is now; empty: nobody of that id is there any more. */
  name: string;
  /** ISO 8601, and the number of the hour since 1970. */
  hour: string;
  at: number;
  units: number;
  over: number;
};

/**
 * Hours of everybody in the order of accounts and time, those behind `after`, the one that runs among them; some
 * may count nothing.
 */
export async function hoursOfAll(
  tx: Queryable,
  { since, after, most }: { since: Date; after: HourOf | null; most: number }
): Promise<HourOf[]> {
  const behind = after
    ? sql`(account, hour) > (${after.account}::text collate "C", ${after.at}::bigint)`
    : sql`true`;
  const first = Math.floor(since.getTime() / 3_600_000);
  const rows = await tx.execute<{
    account: string;
    at: string;
    units: string;
    over: string;
    name: string | null;
  }>(sql`
    select h.account, h.hour::text as at, h.units::text, h.over::text, coalesce(p.name, a.name, u.name) as name from (
      select account, hour, sum(units) as units, sum(over) as over from (
        (select account, hour, units, over from ledger_hours
          where hour >= ${first} and ${behind} order by account, hour limit ${most})
        union all select account, counted_hour, counted_units, counted_over from ledger_accounts
          where counted_hour >= ${first}) every(account, hour, units, over)
      where ${behind} group by account, hour order by account, hour limit ${most}) h
    left join administrators p on h.account = 'administrator:' || p.id
    left join applications a on h.account = 'application:' || a.id
    left join users u on h.account = 'user:' || u.id
    order by h.account, h.hour`);
  return rows.map(({ account, at, units, over, name }) => {
    const sender = account === PLATFORM ? EVERYONE : senderOf(account, name);
    const hour = new Date(Number(at) * 3_600_000).toISOString();
    return {
      account,
      ...sender,
      hour,
      at: Number(at),
      units: Number(units),
      over: Number(over)
    };
  });
}

function senderOf(account: string, name: string | null): Pick<HourOf, 'type' | 'id' | 'name'> {
  const [type, id] = account.split(':') as [SubjectType, string];
  return { type, id, name: name ?? '' };
}
