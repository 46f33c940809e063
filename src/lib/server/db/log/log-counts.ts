import { sql, type SQL } from 'drizzle-orm';
import { BLOCK_SIZE } from '../../../core/log/log-tokens';
import type { Queryable } from '../driver/client';
import {
  bounds,
  candidates,
  conditions,
  firstLoose,
  inBlock,
  isWholeView,
  type LogFilter
} from './log-filter';

export async function countMatching(tx: Queryable, filter: LogFilter): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(*)::float8 as count from audit.fact f where ${conditions(filter)}`);
  return row!.count;
}

/** Entries in a span of time: how many succeeded, and how many did not. */
export type LogCount = { at: number; ok: number; failed: number };

const HOUR_MS = 3_600_000;

/** Most blocks of entries looked at for one chart: with filters that fit everywhere, the newest. */
const MOST_BLOCKS = 2_500;

/**
 * Counts the entries that fit in spans of `step` seconds, which begin `offset` seconds after whole steps. `since`:
 * from when on all are counted, where it would have been too many.
 */
export async function countEntries(
  tx: Queryable,
  filter: LogFilter,
  { step, offset }: { step: number; offset: number }
): Promise<{ counts: LogCount[]; since: string | null }> {
  const span = (at: SQL) =>
    sql`floor((extract(epoch from ${at}) - ${offset}::float8) / ${step}::float8) * ${step}::float8 + ${offset}::float8`;
  const tally = sql`count(*) filter (where f.outcome = 'success')::float8 as ok,
    count(*) filter (where f.outcome <> 'success')::float8 as failed`;
  if (isWholeView(filter)) {
    // Most blocks lie within one span: what they hold was counted when they were made.
    const views = filter.view ? [filter.view] : ['authentication', 'activity', 'other'];
    const part = (at: number) =>
      sql.join(
        views.map((view) => sql`coalesce((b.counts->${view}::text->>${at}::int)::float8, 0)`),
        sql` + `
      );
    const rows = await tx.execute<LogCount>(sql`
      with ${bounds(filter)},
      within as materialized (
        select b.block, b.min_at, b.max_at, b.counts, b.tokens is not null and ${span(sql`b.min_at`)} = ${span(sql`b.max_at`)}
          ${filter.from ? sql`and b.min_at >= ${filter.from}::timestamptz` : sql``}
          ${filter.to ? sql`and b.max_at <= ${filter.to}::timestamptz` : sql``} as whole
        from audit.block b, bound where b.block between bound.lo and bound.hi and isfinite(b.min_at)),
      apart as (
        select block from within where not whole
        union all select generate_series(bound.loose, bound.last) from bound)
      select at, sum(ok)::float8 as ok, sum(failed)::float8 as failed from (
        select ${span(sql`b.min_at`)} as at, ${part(0)} as ok, ${part(1)} as failed from within b where b.whole
        union all
        select ${span(sql`f.at`)}, case when f.outcome = 'success' then 1 else 0 end, case when f.outcome = 'success' then 0 else 1 end
        from apart cross join ${inBlock(sql`apart.block`, filter)}) counted
      group by at having sum(ok) + sum(failed) > 0 order by at`);
    return { counts: [...rows], since: null };
  }
  const rows = await tx.execute<LogCount & { since: string | null }>(sql`
    ${candidates(filter)},
    counted as materialized (select block from candidate order by block desc limit ${MOST_BLOCKS})
    select ${span(sql`f.at`)} as at, ${tally},
      case when (select count(*) from candidate) > ${MOST_BLOCKS}
        then (select to_char(b.max_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from audit.block b
          where b.block = (select min(block) from counted)) end as since
    from counted cross join ${inBlock(sql`counted.block`, filter)}
    group by 1 order by 1`);
  return {
    counts: [...rows].map(({ at, ok, failed }) => ({ at, ok, failed })),
    since: rows[0]?.since ?? null
  };
}

/** Time of the oldest entry that is left; null for an empty log. Clocks differ: it need not be the first. */
export async function oldestEntry(tx: Queryable): Promise<Date | null> {
  const [row] = await tx.execute<{ at: number | null }>(sql`
    select extract(epoch from least(
      (select min(min_at) from audit.block where isfinite(min_at)),
      (select min(at) from (select at from audit.fact where seq >= ${firstLoose} * ${BLOCK_SIZE}::int
        order by seq limit ${BLOCK_SIZE}::int) loose)))::float8 * 1000 as at`);
  return row!.at === null ? null : new Date(row!.at);
}

/** Sign-ins and failures per hour of the last 24, oldest first: what the home page draws. */
export async function signInsByHour(
  tx: Queryable,
  now: number
): Promise<{ hour: string; ok: number; failed: number }[]> {
  const from = new Date((Math.floor(now / HOUR_MS) - 23) * HOUR_MS).toISOString();
  const filter: LogFilter = { view: 'authentication', from };
  const rows = await tx.execute<{ hour: string; ok: number; failed: number }>(sql`
    ${candidates(filter)},
    counted as (
      select floor(extract(epoch from f.at) / 3600) as hour, count(*) filter (where f.action = 'auth.sign_in')::int as ok,
        count(*) filter (where f.action = 'auth.sign_in_failed')::int as failed
      from candidate cross join ${inBlock(sql`candidate.block`, filter)}
      group by 1)
    select to_char(h at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour, coalesce(ok, 0) as ok, coalesce(failed, 0) as failed
    from generate_series(${from}::timestamptz, ${from}::timestamptz + interval '23 hours', interval '1 hour') h
    left join counted on counted.hour = floor(extract(epoch from h) / 3600)
    order by h`);
  return [...rows];
}
