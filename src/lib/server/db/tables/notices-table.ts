import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { notices } from '../schema/notices';
import { inParts } from '../driver/in-parts';
import type { AuditedTransaction } from '../driver/transaction';

export type NoticeRow = typeof notices.$inferSelect;

export async function insertNotices(
  tx: AuditedTransaction,
  rows: readonly (typeof notices.$inferInsert)[]
): Promise<void> {
  for (const part of inParts(rows)) await tx.insert(notices).values(part).onConflictDoNothing();
}

/** Unread notices of an account, newest first. */
export async function unreadNotices(tx: Queryable, accountId: string, limit: number): Promise<NoticeRow[]> {
  return tx
    .select()
    .from(notices)
    .where(and(eq(notices.holderId, accountId), isNull(notices.readAt)))
    .orderBy(desc(notices.at))
    .limit(limit);
}

/** Marks one's own notice as read. Bookkeeping: no event. */
export async function markNoticeRead(tx: Queryable, accountId: string, id: string): Promise<void> {
  await tx
    .update(notices)
    .set({ readAt: sql`now()` })
    .where(and(eq(notices.id, id), eq(notices.holderId, accountId)));
}

export async function deleteNoticesOf(tx: Queryable, accountId: string): Promise<void> {
  await tx.delete(notices).where(eq(notices.holderId, accountId));
}
