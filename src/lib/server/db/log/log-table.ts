import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import {
  BLOCK_BITS,
  BLOCK_SIZE,
  factTokens,
  isWholeId,
  searchTerms,
  termTokens
} from '../../../core/log/log-tokens';
import type { AuditView } from '../../../core/log/actions';
import { entry, personalData, sequence, type EntryDoc } from './audit-schema';
import type { Queryable } from '../driver/client';
import { entryIds } from './log-index-table';
import { listed } from '../driver/listed';

/** Which entries of the log are meant (LOG-4): all that is given must fit. */
export type LogFilter = {
  /** Without it both; what only says that the log goes on is in neither, and found by its action. */
  view?: AuditView | undefined;
  action?: string | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  outcome?: string | undefined;
  ip?: string | undefined;
  /** ISO 8601, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Words, each of which occurs; or the id of a record, a session, a request. */
  search?: string | undefined;
};

/** The first block that is not made yet: what is in the newest entries must be looked at. */
const firstLoose = sql`(select coalesce(max(block) + 1, 0) from audit.block)`;

export type LogRow = { seq: number; doc: EntryDoc; personalData: Uint8Array | null };

/** A page of numbered entries, newest first, below `before`. */
export async function listEntries(
  tx: Queryable,
  filter: LogFilter,
  page: { before?: number | undefined; limit: number }
): Promise<LogRow[]> {
  const rows = await tx.execute<{ seq: number; doc: EntryDoc; pii: string | null }>(sql`
    ${candidates(filter, page.before)}
    select hit.seq::float8 as seq, e.doc, encode(p.doc, 'base64') as pii
    from (select f.seq, f.n from (select block from candidate order by block desc) candidate
      cross join ${inBlock(sql`candidate.block`, filter, page.before)}
      order by candidate.block desc, f.seq desc limit ${page.limit}) hit
    join audit.entry e on e.n = hit.n left join audit.pii p on p.n = hit.n
    order by hit.seq desc`);
  return [...rows].map(({ pii, ...row }) => ({ ...row, personalData: bytesOf(pii) }));
}

/**
 * Numbers of entries that a filter shows, smallest first: those above `after` and up to `upTo`, `limit` at most. Each entry of the
 * stretch is looked at: whoever goes through all of the log gains nothing by looking blocks up.
 */
export async function matchingNumbers(
  tx: Queryable,
  filter: LogFilter,
  { after, upTo, limit }: { after: number; upTo: number; limit: number }
): Promise<number[]> {
  const rows = await tx.execute<{ seq: number }>(sql`
    select f.seq::float8 as seq from audit.fact f
    where f.seq > ${after}::bigint and f.seq <= ${upTo}::bigint and ${conditions(filter)} order by f.seq limit ${limit}`);
  return [...rows].map(({ seq }) => seq);
}

/** How many entries a filter shows. */
export async function countMatching(tx: Queryable, filter: LogFilter): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(*)::float8 as count from audit.fact f where ${conditions(filter)}`);
  return row!.count;
}

/** Entries in a span of time: how many succeeded, and how many did not. */
export type LogCount = { at: number; ok: number; failed: number };

const HOUR_MS = 3_600_000;

/** How many entries are looked at for one chart: with filters that fit everywhere, the newest. */
const MOST_BLOCKS = 2_500;

/**
 * Counts the entries that fit in spans of `step` seconds, which begin `offset` seconds after whole steps. `since`: from when on
 * all are counted, where it would have been too many.
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

/** When the oldest entry that is left was written; null of an empty log. Clocks differ: it need not be the first. */
export async function oldestEntry(tx: Queryable): Promise<Date | null> {
  const [row] = await tx.execute<{ at: number | null }>(sql`
    select extract(epoch from least(
      (select min(min_at) from audit.block where isfinite(min_at)),
      (select min(at) from (select at from audit.fact where seq >= ${firstLoose} * ${BLOCK_SIZE}::int
        order by seq limit ${BLOCK_SIZE}::int) loose)))::float8 * 1000 as at`);
  return row!.at === null ? null : new Date(row!.at);
}

// Which entries fit is asked in two steps (decision 0028): blocks of 64 entries that hold all that is asked for, by an index,
// newest first; and their entries, one after the other, until the page is full.

/**
 * Blocks that may hold entries of the period, and below the cursor: those that are made, from `lo` to `hi`, and from `loose` to
 * `last` those that are not, whose times nobody knows.
 */
function bounds({ from, to }: LogFilter, before?: number): SQL {
  const first =
    from === undefined
      ? sql`0::bigint`
      : sql`coalesce((select min(block) from audit.block where max_at >= ${from}::timestamptz), ${firstLoose})`;
  const lastMade =
    to === undefined
      ? sql`${firstLoose} - 1`
      : sql`coalesce((select max(block) from audit.block where min_at <= ${to}::timestamptz), -1)`;
  const last = sql`(select coalesce(max(seq), 0) from audit.fact)`;
  const end = before === undefined ? last : sql`least(${before}::bigint - 1, ${last})`;
  return sql`bound as materialized (
    select lo, least(hi, last) as hi, loose, last from (
      select ${first} as lo, ${lastMade} as hi, ${firstLoose} as loose, ${end} >> ${BLOCK_BITS}::int as last) b)`;
}

function tokensOf(filter: LogFilter): number[] {
  const { view, action, actor, target, outcome, ip, search } = filter;
  const facts = factTokens({
    view: action === undefined ? view : undefined,
    action,
    actor,
    target,
    outcome,
    ip
  });
  return [...new Set([...facts, ...searchTerms(search ?? '').flatMap(termTokens)])];
}

function hasTokens(filter: LogFilter): boolean {
  return tokensOf(filter).length > 0;
}

/** Whether nothing but a view and a period is asked for. */
function isWholeView(filter: LogFilter): boolean {
  const { view: _view, from: _from, to: _to, ...others } = filter;
  return !hasTokens(others);
}

function candidates(filter: LogFilter, before?: number): SQL {
  const made = hasTokens(filter)
    ? sql`select held.block from audit.blocks_holding(${listed(tokensOf(filter))}::integer[]) as held (block), bound
        where held.block between bound.lo and bound.hi`
    : sql`select generate_series(bound.lo, bound.hi) from bound`;
  return sql`with ${bounds(filter, before)}, candidate (block) as materialized (
    ${made} union all select generate_series(bound.loose, bound.last) from bound)`;
}

/** The entries of a block that fit: by the index, which the planner would not use for a block that it knows nothing of. */
function inBlock(block: SQL, filter: LogFilter, before?: number): SQL {
  const below = before === undefined ? sql`` : sql`and f.seq < ${before}::bigint`;
  return sql`lateral (select * from audit.fact f where f.seq >= ${block} * ${BLOCK_SIZE}::int and f.seq < (${block} + 1) * ${BLOCK_SIZE}::int
    and ${conditions(filter)} ${below} order by f.seq desc limit ${BLOCK_SIZE}::int) f`;
}

/** What must be true of an entry's facts `f`. */
function conditions(filter: LogFilter): SQL {
  const { view, action, actor, target, outcome, ip, from, to, search } = filter;
  const terms = searchTerms(search ?? '').map((term) =>
    isWholeId(term)
      ? sql`exists (select 1 from audit.entry e where e.n = f.n and ${term} in (${entryIds}))`
      : sql`(strpos(f.words, ${term}) > 0 or strpos(f.personal, ${term}) > 0)`
  );
  return and(
    action === undefined
      ? view === undefined
        ? sql`f.view <> 'quiet'`
        : sql`f.view = ${view}`
      : sql`f.action = ${action}`,
    actor === undefined ? undefined : sql`f.actor = ${actor}`,
    target === undefined ? undefined : sql`f.target = ${target}`,
    outcome === undefined ? undefined : sql`f.outcome = ${outcome}`,
    ip === undefined ? undefined : sql`f.ip = ${ip}`,
    from === undefined ? undefined : sql`f.at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`f.at <= ${to}::timestamptz`,
    ...terms
  )!;
}

function bytesOf(base64: string | null): Uint8Array | null {
  return base64 === null ? null : Buffer.from(base64, 'base64');
}

/** The entries with these numbers, in their order. */
export async function readNumbered(tx: Queryable, numbers: readonly number[]): Promise<LogRow[]> {
  if (numbers.length === 0) return [];
  return tx
    .select({ seq: sequence.seq, doc: entry.doc, personalData: personalData.doc })
    .from(sequence)
    .innerJoin(entry, eq(entry.n, sequence.n))
    .leftJoin(personalData, eq(personalData.n, sequence.n))
    .where(inArray(sequence.seq, [...numbers]))
    .orderBy(sequence.seq);
}

export type WholeRow = LogRow & {
  leaf: string;
  chain: string;
  signedAt: number | null;
  /** What the roles are called that its changes name. */
  roleNames: Record<string, string>;
};

/** One entry by its number, with its place in chain and tree; null of one that is not there, or not any more. */
export async function readLogEntry(tx: Queryable, seq: number): Promise<WholeRow | null> {
  const [row] = await tx.execute<Omit<WholeRow, 'personalData'> & { pii: string | null }>(sql`
    select s.seq::float8 as seq, e.doc, encode(p.doc, 'base64') as pii, encode(e.leaf, 'hex') as leaf,
      encode(s.chain, 'hex') as chain,
      (select size::float8 from audit.checkpoint c where c.size >= s.seq order by c.size limit 1) as "signedAt",
      (select coalesce(jsonb_object_agg(r.id, r.name), '{}') from jsonb_array_elements(e.doc->'change') step
        join roles r on step->>'path' = 'roleId' and r.id in (step->>'old', step->>'new')) as "roleNames"
    from audit.seq s join audit.entry e using (n) left join audit.pii p using (n) where s.seq = ${seq}`);
  if (!row) return null;
  const { pii, ...rest } = row;
  return { ...rest, personalData: bytesOf(pii) };
}

/** Whether an entry with this action says this of a change. */
export async function isInLog(
  tx: Queryable,
  action: string,
  change: { path: string; old: string | number }
): Promise<boolean> {
  const rows = await tx
    .select({ n: entry.n })
    .from(entry)
    .where(
      and(
        eq(sql`${entry.doc}->>'action'`, action),
        sql`${entry.doc}->'change' @> ${JSON.stringify([change])}::jsonb`
      )
    )
    .limit(1);
  return rows.length > 0;
}

/** Whether this happened within the last hours. */
export async function happenedWithin(tx: Queryable, action: string, hours: number): Promise<boolean> {
  const since = new Date(Date.now() - hours * 3_600_000).toISOString();
  const rows = await tx
    .select({ n: entry.n })
    .from(entry)
    .where(and(eq(sql`${entry.doc}->>'action'`, action), sql`${entry.doc}->>'at' > ${since}`))
    .limit(1);
  return rows.length > 0;
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
