import { sql } from 'drizzle-orm';
import type { SavedViewList } from '../../../core/saved-views';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';

/** Filters of a list under a name; `query` is what its address says. */
export type SavedFilter = { name: string; view: SavedViewList; query: string };

export async function readSavedFilters(tx: Queryable, personId: string): Promise<SavedFilter[]> {
  const [row] = await tx.execute<{ filters: SavedFilter[] }>(
    sql`select filters from audit.saved_filter where administrator_id = ${personId}`
  );
  return row?.filters ?? [];
}

export async function writeSavedFilters(
  tx: AuditedTransaction,
  personId: string,
  filters: readonly SavedFilter[]
): Promise<void> {
  await tx.execute(sql`insert into audit.saved_filter (administrator_id, filters)
    values (${personId}, ${JSON.stringify(filters)}::text::jsonb)
    on conflict (administrator_id) do update set filters = excluded.filters`);
}
