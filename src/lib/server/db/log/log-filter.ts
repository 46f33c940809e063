import { and, sql, type SQL } from 'drizzle-orm';
import {
  BLOCK_BITS,
  BLOCK_SIZE,
  factTokens,
  isWholeId,
  searchTerms,
  termTokens
} from '../../../core/log/log-tokens';
import type { AuditView } from '../../../core/log/actions';
import { entryIds } from './log-index-table';
import { listed } from '../driver/listed';

/** Filter of the log's entries (LOG-4): all that is given must fit. */
export type LogFilter = {
  /** The view; without it both; what only says that the log goes on is in neither, and found by its action. */
  view?: AuditView | undefined;
  action?: string | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  outcome?: string | undefined;
  ip?: string | undefined;
  /** Id of a permission that was granted or revoked, or that was asked for. */
  permission?: string | undefined;
  /** ISO 8601, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Words, each of which occurs; or the id of a record, a session, a request. */
  search?: string | undefined;
};

/** The first block that is not made yet: what is in the newest entries must be looked at. */
export const firstLoose = sql`(select coalesce(max(block) + 1, 0) from audit.block)`;

// Which entries fit is asked in two steps (decision 0028): blocks of 64 entries that hold all that is asked for, by
// an index, newest first; and their entries, one after the other, until the page is full.

/**
 * Blocks that may hold entries of the period, and below the cursor: those that are made, from `lo` to `hi`, and
 * from `loose` to `last` those that are not, whose times nobody knows.
 */
export function bounds({ from, to }: LogFilter, before?: number): SQL {
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
  const { view, action, actor, target, outcome, ip, permission, search } = filter;
  const facts = factTokens({
    view: action === undefined ? view : undefined,
    action,
    actor,
    target,
    outcome,
    ip
  });
  return [
    ...new Set([...facts, ...[permission ?? [], searchTerms(search ?? '')].flat().flatMap(termTokens)])
  ];
}

function hasTokens(filter: LogFilter): boolean {
  return tokensOf(filter).length > 0;
}

/** True if nothing but a view and a period is asked for. */
export function isWholeView(filter: LogFilter): boolean {
  const { view: _view, from: _from, to: _to, ...others } = filter;
  return !hasTokens(others);
}

/** The blocks to look through for what a filter asks: the head of a query, with `candidate (block)`. */
export function candidates(filter: LogFilter, before?: number): SQL {
  const made = hasTokens(filter)
    ? sql`select held.block from audit.blocks_holding(${listed(tokensOf(filter))}::integer[]) as held (block), bound
        where held.block between bound.lo and bound.hi`
    : sql`select generate_series(bound.lo, bound.hi) from bound`;
  return sql`with ${bounds(filter, before)}, candidate (block) as materialized (
    ${made} union all select generate_series(bound.loose, bound.last) from bound)`;
}

/**
 * The entries of a block that fit: by the index, which the planner would not use for a block that it knows nothing
 * of.
 */
export function inBlock(block: SQL, filter: LogFilter, before?: number): SQL {
  const below = before === undefined ? sql`` : sql`and f.seq < ${before}::bigint`;
  return sql`lateral (select * from audit.fact f where f.seq >= ${block} * ${BLOCK_SIZE}::int and f.seq < (${block} + 1) * ${BLOCK_SIZE}::int
    and ${conditions(filter)} ${below} order by f.seq desc limit ${BLOCK_SIZE}::int) f`;
}

/** Conditions that a filter puts on an entry's facts `f`. */
export function conditions(filter: LogFilter): SQL {
  const { view, action, actor, target, outcome, ip, permission, from, to, search } = filter;
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
    actor === undefined ? undefined : sql`(f.actor = ${actor} or f.behalf = ${actor})`,
    target === undefined ? undefined : sql`f.target = ${target}`,
    outcome === undefined ? undefined : sql`f.outcome = ${outcome}`,
    ip === undefined ? undefined : sql`f.ip = ${ip}`,
    // Ids stand apart among the words, and one may begin another.
    permission === undefined ? undefined : sql`strpos(' ' || f.words || ' ', ${` ${permission} `}::text) > 0`,
    from === undefined ? undefined : sql`f.at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`f.at <= ${to}::timestamptz`,
    ...terms
  )!;
}
