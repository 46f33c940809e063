import { sql } from 'drizzle-orm';
import type { Account, LedgerMoment, Threads } from '../../../core/quotas/account';
import type { Queryable } from '../driver/client';

export type MovedAccounts = {
  /** The moment in the zone of the installation. */
  moment: LedgerMoment;
  /** The same in each zone that was asked for, by its name. */
  moments: ReadonlyMap<string, LedgerMoment>;
  /** Ask with it for what moves after this. */
  horizon: string;
  /** The number of the newest entry of the log. */
  revision: number;
  accounts: ReadonlyMap<string, Account>;
  /** Threads of all accounts in which one runs, moved or not. */
  threads: ReadonlyMap<string, Threads>;
};

type MovedRow = {
  at: string;
  todays: Record<string, string>;
  windows: { cap: string; resetsAt: string }[];
  horizon: string;
  revision: string;
  accounts: ({ account: string } & Account)[];
  threads: { account: string; count: number; freesAt: string }[];
};

/** Accounts to read, each `administrator:<id>`; null: everybody's. */
export type Whose = readonly string[] | null;

/**
 * Accounts that were written since a moment, of one snapshot: what an account is written by is younger than the
 * oldest transaction that ran then. So many rows are read as moved; the others are looked at and left.
 * @param zones in which somebody's days begin, besides the installation's
 * @param since `horizon` of the look before; null: all of them
 * In one piece: one statement.
 */
export async function readMoved(
  tx: Queryable,
  {
    zone,
    zones = [],
    whose,
    since
  }: { zone: string; zones?: readonly string[]; whose: Whose; since: string | null }
): Promise<MovedAccounts> {
  const asked = [...new Set([zone, ...zones])];
  const empty = JSON.stringify(
    asked.map((each) => ({ account: '', layer: 'platform', caps: {}, zone: each }))
  );
  const mine = whose === null ? sql`true` : whose.length === 0 ? sql`false` : sql`account in ${whose}`;
  // What a clock put ahead stands otherwise as soon as that is put right, though nobody writes it.
  const ahead = sql`(s.minute > floor(extract(epoch from at) / 60) + 61 or s.day > (at at time zone s.zone)::date)`;
  const moved =
    since === null
      ? sql`true`
      : sql`(age(s.xmin) <= age(${since}::text::xid8::xid) or ${ahead}
          or (s.zone not in ${asked} and s.day <> (at at time zone s.zone)::date)
          or exists (select 1 from ledger_holds h where h.account = s.account and h.expires_at <= at))`;
  const [row] = await tx.execute<MovedRow>(sql`
    with clock as materialized (select ledger_now() as at)
    select extract(epoch from at)::text as at,
      (select jsonb_object_agg(z, (at at time zone z)::date) from jsonb_array_elements_text(${JSON.stringify(asked)}::jsonb) z) as todays,
      ledger_peek(1, ${zone}, ${empty}::jsonb) as windows,
      pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
      (select coalesce(max(seq), 0)::text from audit.seq) as revision,
      coalesce((select jsonb_agg(jsonb_build_object('account', (a).account, 'zone', (a).zone, 'minute', (a).minute,
          'hour', jsonb_build_object('used', (a).hour_used, 'held', (a).hour_held),
          'day', (a).day, 'ofDay', jsonb_build_object('used', (a).day_used, 'held', (a).day_held),
          'month', (a).month, 'ofMonth', jsonb_build_object('used', (a).month_used, 'held', (a).month_held),
          'today', (at at time zone (a).zone)::date,
          'expired', coalesce((select jsonb_agg(jsonb_build_object('units', units, 'minute', minute, 'day', day, 'month', month))
            from ledger_holds h where h.account = (a).account and h.expires_at <= at), '[]')))
        from (select case when ${ahead} then ledger_rewound(s, at) else s end as a
          from ledger_accounts s where ${mine} and ${moved} offset 0) read), '[]') as accounts,
      coalesce((select jsonb_agg(l) from (select account, count(*) as count, min(expires_at) as "freesAt" from ledger_leases
        where ${mine} and expires_at > at and expires_at <= at + interval '2 hours' group by account) l), '[]') as threads
    from clock`);
  const { at, todays, windows, horizon, revision, accounts, threads } = row!;
  // As many windows of each cap as zones, in their order.
  const ends = (cap: string, place: number) =>
    new Date(windows.filter((each) => each.cap === cap)[place]!.resetsAt).toISOString();
  const moments = new Map(
    asked.map((each, place): [string, LedgerMoment] => [
      each,
      {
        ...{ at: Number(at) * 1000, zone: each, today: todays[each]! },
        ...{ dayEnds: ends('daily', place), monthEnds: ends('monthly', place) }
      }
    ])
  );
  return {
    ...{ moment: moments.get(zone)!, moments },
    horizon,
    revision: Number(revision),
    accounts: new Map(accounts.map(({ account, ...rest }) => [account, rest])),
    threads: new Map(
      threads.map(({ account, count, freesAt }) => [
        account,
        { count, freesAt: new Date(freesAt).toISOString() }
      ])
    )
  };
}
