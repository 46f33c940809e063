import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';

/**
 * The last of the oldest entries that are all older than so many days and covered by a checkpoint, at most `limit` of
 * them; null when there is none.
 */
export async function lastToPrune(
  tx: Queryable,
  days: number,
  limit: number
): Promise<{ from: number; to: number } | null> {
  const [row] = await tx.execute<{ from: number; to: number | null }>(sql`
    select (t.pruned + 1)::float8 as from, (
        select max(old.seq)::float8 from (
          select s.seq, bool_and((e.doc->>'at')::timestamptz < now() - make_interval(days => ${days})) over (order by s.seq) as all_old
          from audit.seq s join audit.entry e using (n)
          where s.seq > t.pruned and s.seq <= least(t.size, t.pruned + ${limit})) old
        where old.all_old) as to
    from audit.tree t`);
  return row!.to === null ? null : { from: row!.from, to: row!.to };
}

/** Deletes the entries that the entry `id` of this transaction says are pruned. */
export async function pruneEntries(tx: AuditedTransaction, id: string): Promise<number> {
  const [row] = await tx.execute<{ gone: number }>(sql`select audit.prune(${id})::int as gone`);
  return row!.gone;
}
