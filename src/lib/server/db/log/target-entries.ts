import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { entry, sequence, type EntryDoc } from './audit-schema';

/** An entry about a record. `seq` is null until it is numbered. */
export type TargetEntry = { n: number; seq: number | null; doc: EntryDoc };

/** Entries about what was done to a record, newest first, below the ticket `before`. */
export async function entriesAbout(
  tx: Queryable,
  targetId: string,
  actions: readonly string[],
  page: { before: number | null; limit: number }
): Promise<TargetEntry[]> {
  return tx
    .select({ n: entry.n, seq: sequence.seq, doc: entry.doc })
    .from(entry)
    .leftJoin(sequence, eq(sequence.n, entry.n))
    .where(
      and(
        sql`${entry.doc}->'target'->>'id' = ${targetId}`,
        inArray(sql`${entry.doc}->>'action'`, [...actions]),
        page.before === null ? undefined : lt(entry.n, page.before)
      )
    )
    .orderBy(desc(entry.n))
    .limit(page.limit);
}
