import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { logExports } from '../schema/log-exports';
import type { AuditedTransaction } from '../driver/transaction';

export type ExportRow = typeof logExports.$inferSelect;
/** Progress of an export. */
export type ExportReached = { position: number; entries: number; bytes: number };

const OPEN = inArray(logExports.state, ['offered', 'running']);

/** The export of somebody that is offered or under way; null when there is none. */
export async function openExportOf(tx: Queryable, administratorId: string): Promise<ExportRow | null> {
  const [row] = await tx
    .select()
    .from(logExports)
    .where(and(eq(logExports.administratorId, administratorId), OPEN));
  return row ?? null;
}

/** The index refuses a second one that is open. */
export async function insertExport(
  tx: AuditedTransaction,
  row: Pick<ExportRow, 'id' | 'administratorId' | 'sid' | 'query' | 'upTo'>
): Promise<void> {
  await tx.insert(logExports).values(row);
}

export async function findExport(tx: Queryable, id: string): Promise<ExportRow | null> {
  const [row] = await tx.select().from(logExports).where(eq(logExports.id, id));
  return row ?? null;
}

/** Begins an export that waits for this session; null when there is none, or it was begun already. */
export async function claimExport(
  tx: Queryable,
  claim: { id: string; sid: string; seconds: number }
): Promise<ExportRow | null> {
  const [row] = await tx
    .update(logExports)
    .set({ state: 'running', seenAt: sql`now()` })
    .where(
      and(
        eq(logExports.id, claim.id),
        eq(logExports.sid, claim.sid),
        eq(logExports.state, 'offered'),
        sql`${logExports.createdAt} > now() - make_interval(secs => ${claim.seconds})`
      )
    )
    .returning();
  return row ?? null;
}

/** Notes how far an export is; false when somebody ended it meanwhile. */
export async function noteReached(tx: Queryable, id: string, reached: ExportReached): Promise<boolean> {
  const rows = await tx
    .update(logExports)
    .set({ ...reached, seenAt: sql`now()` })
    .where(and(eq(logExports.id, id), eq(logExports.state, 'running')))
    .returning({ id: logExports.id });
  return rows.length > 0;
}

/** Closes an export that is open, with how far it came; null when it is closed already. */
export async function closeExport(
  tx: AuditedTransaction,
  id: string,
  state: 'finished' | 'cancelled' | 'broken',
  reached: Partial<ExportReached>
): Promise<ExportRow | null> {
  const [row] = await tx
    .update(logExports)
    .set({ ...reached, state, seenAt: sql`now()` })
    .where(and(eq(logExports.id, id), OPEN))
    .returning();
  return row ?? null;
}

/** Exports that nobody fetched, or whose writer was not heard of any more. */
export async function silentExports(
  tx: Queryable,
  seconds: { offered: number; running: number }
): Promise<ExportRow[]> {
  return tx
    .select()
    .from(logExports)
    .where(
      and(
        OPEN,
        sql`${logExports.seenAt} < now() - make_interval(secs =>
          case ${logExports.state} when 'offered' then ${seconds.offered}::float8 else ${seconds.running}::float8 end)`
      )
    )
    .limit(100);
}

/** Forgets exports that ended longer ago than `days`: the log tells of them. */
export async function forgetExports(tx: Queryable, days: number): Promise<void> {
  await tx
    .delete(logExports)
    .where(
      and(
        inArray(logExports.state, ['finished', 'cancelled', 'broken']),
        lt(logExports.seenAt, sql`now() - make_interval(days => ${days})`)
      )
    );
}
