import { and, desc, eq, gt, gte, inArray, lt, lte, ne, sql, type SQL } from 'drizzle-orm';
import { entry, personalData, sequence, type EntryDoc } from './audit-schema';
import type { Queryable } from './client';

export type LogFilter = {
  actions?: readonly string[] | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  outcome?: string | undefined;
  ip?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  search?: string | undefined;
};

export type LogRow = { seq: number; doc: EntryDoc; personalData: Uint8Array | null };

/** What an entry must be like to be among those that a filter shows; over `entry` and, joined from the left, `personalData`. */
export function entryMatches(filter: LogFilter): SQL | undefined {
  const pii = sql`convert_from(${personalData.doc}, 'UTF8')::jsonb`;
  return and(
    filter.actions ? inArray(sql`${entry.doc}->>'action'`, [...filter.actions]) : undefined,
    // What only says that the log goes on is shown to whoever asks for it by its name.
    filter.actions ? undefined : ne(sql`${entry.doc}->>'action'`, 'audit.heartbeat'),
    filter.actor ? sql`${entry.doc}->'actor'->>'id' = ${filter.actor}` : undefined,
    filter.target ? sql`${entry.doc}->'target'->>'id' = ${filter.target}` : undefined,
    filter.outcome ? sql`${entry.doc}->>'outcome' = ${filter.outcome}` : undefined,
    filter.ip ? sql`${pii}->>'ip' = ${filter.ip}` : undefined,
    filter.from ? gte(sql`(${entry.doc}->>'at')`, filter.from) : undefined,
    filter.to ? lte(sql`(${entry.doc}->>'at')`, filter.to) : undefined,
    // The address of a failed sign-in is personal data, kept apart from the entry.
    filter.search
      ? sql`strpos(lower(${entry.doc}::text || coalesce(${pii}->>'email', '')), lower(${filter.search})) > 0`
      : undefined
  );
}

/** A page of numbered entries, newest first, below `before`. */
export async function listEntries(
  tx: Queryable,
  filter: LogFilter,
  page: { before?: number | undefined; limit: number }
): Promise<LogRow[]> {
  return tx
    .select({ seq: sequence.seq, doc: entry.doc, personalData: personalData.doc })
    .from(sequence)
    .innerJoin(entry, eq(entry.n, sequence.n))
    .leftJoin(personalData, eq(personalData.n, sequence.n))
    .where(and(page.before === undefined ? undefined : lt(sequence.seq, page.before), entryMatches(filter)))
    .orderBy(desc(sequence.seq))
    .limit(page.limit);
}

/** Numbers of entries that a filter shows, smallest first: those above `after` and up to `upTo`, `limit` at most. */
export async function matchingNumbers(
  tx: Queryable,
  filter: LogFilter,
  range: { after: number; upTo: number; limit: number }
): Promise<number[]> {
  const rows = await tx
    .select({ seq: sequence.seq })
    .from(sequence)
    .innerJoin(entry, eq(entry.n, sequence.n))
    .leftJoin(personalData, eq(personalData.n, sequence.n))
    .where(and(gt(sequence.seq, range.after), lte(sequence.seq, range.upTo), entryMatches(filter)))
    .orderBy(sequence.seq)
    .limit(range.limit);
  return rows.map(({ seq }) => seq);
}

/** How many entries up to a number a filter shows. */
export async function countEntries(tx: Queryable, filter: LogFilter, upTo: number): Promise<number> {
  const [row] = await tx
    .select({ count: sql<number>`count(*)::float8` })
    .from(sequence)
    .innerJoin(entry, eq(entry.n, sequence.n))
    .leftJoin(personalData, eq(personalData.n, sequence.n))
    .where(and(lte(sequence.seq, upTo), entryMatches(filter)));
  return row!.count;
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

/** Whether an entry with this action says this of a change. */
export async function isInLog(
  tx: Queryable,
  action: string,
  change: { path: string; old: string }
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

/** Sign-ins and failures per hour of the last 24, oldest first: what the home page draws. */
export async function signInsByHour(tx: Queryable): Promise<{ hour: string; ok: number; failed: number }[]> {
  const rows = await tx.execute<{ hour: string; ok: number; failed: number }>(sql`
    select to_char(h at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
      count(e.*) filter (where e.doc->>'action' = 'auth.sign_in')::int as ok,
      count(e.*) filter (where e.doc->>'action' = 'auth.sign_in_failed')::int as failed
    from generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), interval '1 hour') h
    left join audit.entry e on e.doc->>'action' in ('auth.sign_in', 'auth.sign_in_failed')
      and (e.doc->>'at') >= to_char(h at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
      and (e.doc->>'at') < to_char((h + interval '1 hour') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
    group by h order by h`);
  return [...rows];
}
