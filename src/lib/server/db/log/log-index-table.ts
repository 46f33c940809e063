import { sql } from 'drizzle-orm';
import { BLOCK_SIZE } from '../../../core/log/log-tokens';
import { writtenOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { listed } from '../driver/listed';
import type { AuditedTransaction } from '../driver/transaction';

/** Facts that an entry is searched by: a row of `audit.fact`. */
export type LogFacts = {
  seq: number;
  n: number;
  at: string;
  view: string;
  action: string;
  outcome: string;
  actor: string | null;
  /** The person in whose place; null: in nobody's. */
  behalf: string | null;
  target: string;
  words: string;
  ip: string | null;
  personal: string;
  /** Roles before and after, where the target, a person, got another one. */
  old_role: string | null;
  new_role: string | null;
};

/** Facts with what the entry names: an id among it is found whole, by its block. */
export type StoredFacts = Omit<LogFacts, 'n' | 'old_role' | 'new_role'> & { ids: (string | null)[] };

export type LogBlock = {
  block: number;
  minAt: string;
  maxAt: string;
  /** Counts by view: what succeeded, and what did not. */
  counts: Record<string, [ok: number, failed: number]>;
  tokens: number[];
};

/** Texts in an entry `e` that may be an id. */
export const entryIds = sql`e.doc->>'id', e.doc->>'op', e.doc->>'req', e.doc->'actor'->>'id', e.doc->'actor'->>'sid', e.doc->'on_behalf_of'->>'id', e.doc->'target'->>'id'`;

export type LogIndexState = {
  /** The last number that can be searched for; 0 when none can. */
  last: number;
  /** Number of blocks, which are without gaps. */
  blocks: number;
  /** Some are to be made anew. */
  unknown: boolean;
};

export async function readLogIndex(tx: Queryable): Promise<LogIndexState> {
  const [row] = await state(tx);
  return row!;
}

const state = writtenOnce<LogIndexState>(
  () => sql`
    select (select coalesce(max(seq), 0)::float8 from audit.fact) as last,
      (select coalesce(max(block) + 1, 0)::float8 from audit.block) as blocks,
      exists (select 1 from audit.block where tokens is null) as unknown`
);

export async function insertFacts(tx: AuditedTransaction, facts: readonly LogFacts[]): Promise<void> {
  if (facts.length === 0) return;
  await added(tx, { facts: JSON.stringify(facts) });
}

const added = writtenOnce(
  (slot) => sql`
    insert into audit.fact (seq, n, at, view, action, outcome, actor, behalf, target, words, ip, personal, old_role, new_role)
    select seq, n, at, view, action, outcome, actor, behalf, target, words, ip, personal, old_role, new_role
    from jsonb_to_recordset(${slot('facts')}::text::jsonb) as given (seq bigint, n bigint, at timestamptz, view text,
      action text, outcome text, actor text, behalf text, target text, words text, ip text, personal text, old_role text, new_role text)`
);

/** Blocks that are full and not made yet, up to this number, and those to be made anew; the oldest first. */
export async function blocksToMake(tx: Queryable, upTo: number, limit: number): Promise<number[]> {
  const full = Math.floor((upTo + 1) / BLOCK_SIZE);
  const rows = await tx.execute<{ block: number }>(sql`
    select block::float8 as block from (
      select generate_series((select coalesce(max(block) + 1, 0) from audit.block), ${full}::bigint - 1) as block
      union all select block from audit.block where tokens is null) wanted
    order by block limit ${limit}`);
  return [...rows].map(({ block }) => block);
}

export async function factsOfBlocks(tx: Queryable, blocks: readonly number[]): Promise<StoredFacts[]> {
  const rows = await tx.execute<StoredFacts>(sql`
    select f.seq::float8 as seq, to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, f.view, f.action, f.outcome,
      f.actor, f.behalf, f.target, f.words, f.ip, f.personal, jsonb_build_array(${entryIds}) as ids
    from unnest(${listed(blocks)}::bigint[]) as wanted (block)
    -- Each block by the index: joined as a whole, the planner would read all of the log.
    cross join lateral (select * from audit.fact f
      where f.seq >= wanted.block * ${BLOCK_SIZE}::int and f.seq < (wanted.block + 1) * ${BLOCK_SIZE}::int limit ${BLOCK_SIZE}::int) f
    left join lateral (select doc from audit.entry where n = f.n limit 1) e on true
    order by f.seq`);
  return [...rows];
}

/** Limits of the index's pending list, in kB: every question looks through it; it is put into the index in one go. */
const WAITING = { few: '256', many: '16384' };

/** @param howMany of blocks that come one after the other the index takes many together, far faster */
export async function writeBlocks(
  tx: AuditedTransaction,
  blocks: readonly LogBlock[],
  howMany: 'few' | 'many'
): Promise<void> {
  const rows = blocks.map(({ tokens, minAt, maxAt, ...row }) => ({
    ...row,
    min_at: minAt,
    max_at: maxAt,
    tokens: listed(tokens)
  }));
  await tx.execute(sql`select set_config('gin_pending_list_limit', ${WAITING[howMany]}, true)`);
  await tx.execute(sql`insert into audit.block (block, min_at, max_at, counts, tokens)
    select block, min_at, max_at, counts, tokens::integer[]
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as given (block bigint, min_at timestamptz, max_at timestamptz,
      counts jsonb, tokens text)
    on conflict (block) do update
      set min_at = excluded.min_at, max_at = excluded.max_at, counts = excluded.counts, tokens = excluded.tokens`);
}
