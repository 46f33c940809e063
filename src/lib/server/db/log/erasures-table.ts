import { sql } from 'drizzle-orm';
import type { Database, Queryable } from '../driver/client';
import { auditedTransaction, type AuditedTransaction } from '../driver/transaction';

/** Somebody whose personal data are to be erased from the log. `n`: the ticket of the entry that says so. */
export type ErasureDue = { n: number; person: string; emails: string[] };

/** Number of entries from which something was erased so far, and whether that is all. */
export type ErasureState = { gone: number; ended: boolean };

/** Has the personal data erased of whom the entry `id` of this transaction names; its ticket. */
export async function beginErasure(
  tx: AuditedTransaction,
  id: string,
  emails: readonly string[]
): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`select audit.erase(${id},
    array(select lower(jsonb_array_elements_text(${JSON.stringify(emails)}::jsonb))))::float8 as n`);
  return row!.n;
}

/** Erasures that are not done, the oldest first. */
export async function erasuresDue(tx: Queryable, limit: number): Promise<ErasureDue[]> {
  const rows = await tx.execute<ErasureDue>(sql`
    select n::float8 as n, person, to_jsonb(emails) as emails from audit.erasure where ended_at is null order by n limit ${limit}`);
  return [...rows];
}

export async function erasureState(tx: Queryable, n: number): Promise<ErasureState> {
  const [row] = await tx.execute<ErasureState>(
    sql`select gone::float8 as gone, ended_at is not null as ended from audit.erasure where n = ${n}`
  );
  return row!;
}

/**
 * Does the next part of an erasure, in a transaction of its own that may take `ms`.
 * @param tokens sets of hashes: of each block of the log's index with something of this person one is there as a whole
 * @returns null: nothing can be done now, its entry has no number yet, or another process is at it
 */
export async function eraseNext(
  db: Database,
  { n }: ErasureDue,
  tokens: readonly (readonly number[])[],
  { blocks, ms }: { blocks: number; ms: number }
): Promise<ErasureState | null> {
  return auditedTransaction(db, async (tx) => {
    await tx.execute(sql`select set_config('statement_timeout', ${String(ms)}, true)`);
    const [row] = await tx.execute<{ state: ErasureState | null }>(
      sql`select audit.erase_next(${n}, ${JSON.stringify(tokens)}::text::jsonb, ${blocks}) as state`
    );
    return row!.state;
  });
}
